import { expect, test } from 'vitest';
import { launchChromium } from '../tools/chromium.ts';
import { startCloud } from './cloud.ts';
import { defaultClientId } from './entra/accounts.ts';
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
