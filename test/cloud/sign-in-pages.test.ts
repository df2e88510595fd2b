import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { launchChromium } from '../tools/chromium.ts';
import { startCloud } from './cloud.ts';
import { defaultClientId, defaultWebClientId } from './entra/accounts.ts';
import { startTinyApp } from './tiny-app-process.ts';

test.each([{ javaScriptEnabled: true }, { javaScriptEnabled: false }])(
  'a real browser signs in with the keyboard alone, and its policy lets the answer reach the app ($javaScriptEnabled)',
  async ({ javaScriptEnabled }) => {
    const cloud = await startCloud({ clock: 'real' });
    const app = await startTinyApp(cloud.env, defaultClientId);
    const { browser } = await launchChromium({
      args: [`--proxy-server=${cloud.proxyUrl}`, `--ignore-certificate-errors-spki-list=${cloud.caKeyHash}`],
    });
    try {
      const token = app.ask({ do: 'interactive', scopes: ['Mail.Read'], prompt: 'select_account' });
      const page = await (await browser.newContext({ javaScriptEnabled })).newPage();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      await page.goto(await app.browserUrl());
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.waitForSelector('#password');
      await page.keyboard.type(cloud.entra.currentPassword('ada@contoso.example'));
      await page.keyboard.press('Enter');
      await page.waitForSelector('h1:text("Permissions requested")');
      await page.keyboard.press('Enter');
      if (!javaScriptEnabled) {
        await page.waitForSelector('h1:text("Going back to the app")');
        await page.keyboard.press('Enter');
      }
      expect(await token).toMatchObject({ kind: 'token', account: { username: 'ada@contoso.example' } });
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      await app.stop();
      await cloud.stop();
    }
  },
);

test('a real browser follows the redirect to a web app, by way of the pages for password, code and consent', async () => {
  const cloud = await startCloud({ clock: 'real' });
  const callback = createServer((_, response) => response.end('<h1>Welcome</h1>'));
  callback.listen(0, '127.0.0.1');
  await once(callback, 'listening');
  const { browser } = await launchChromium({
    args: [`--proxy-server=${cloud.proxyUrl}`, `--ignore-certificate-errors-spki-list=${cloud.caKeyHash}`],
  });
  try {
    const username = 'ada@contoso.example';
    cloud.entra.expirePassword(username);
    cloud.entra.demandSecondFactor(username);
    const query = new URLSearchParams({
      client_id: defaultWebClientId,
      response_type: 'code',
      redirect_uri: `http://localhost:${(callback.address() as AddressInfo).port}/auth/callback`,
      scope: 'openid Mail.Read',
      login_hint: username,
    });
    const page = await browser.newPage();
    /** Each page puts the cursor where it is wanted; typing before that would go nowhere. */
    const answer = async (text: string): Promise<void> => {
      await page.locator('input:focus').waitFor();
      await page.keyboard.type(text);
      await page.keyboard.press('Enter');
    };
    await page.goto(`https://login.microsoftonline.com/common/oauth2/v2.0/authorize?${query}`);
    await answer(cloud.entra.currentPassword(username));
    await page.waitForSelector('h1:text("Update your password")');
    await answer('a longer secret');
    await page.waitForSelector('h1:text("Enter code")');
    await answer(cloud.entra.currentCode(username));
    await page.waitForSelector('h1:text("Permissions requested")');
    await page.locator('button:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForSelector('h1:text("Welcome")');
    expect(new URL(page.url()).searchParams.has('code')).toBe(true);
  } finally {
    await browser.close();
    callback.close();
    await cloud.stop();
  }
});
