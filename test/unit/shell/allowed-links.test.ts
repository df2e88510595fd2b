import { expect, test } from 'vitest';
import { allowedLink } from '../../../main/shell/allowed-links.ts';

test.each([
  'https://outlook.office365.com/owa/?ItemID=AAkALgAA%2B%3D&exvsurl=1&viewmodel=ReadMessageItem',
  'https://outlook.live.com/owa/?ItemID=AQMk%3D',
  'https://outlook.office.com/mail/deeplink/read/AAMk',
  'https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=1&scope=a%20b',
  'https://login.microsoftonline.us/common/oauth2/v2.0/authorize?x=1',
  'https://login.partner.microsoftonline.cn/common/oauth2/v2.0/authorize?x=1',
  'https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%22Tid%22%3a%221%22%7d',
  'https://teams.live.com/meet/9312345?p=abc',
])('opens %s', (url) => {
  expect(allowedLink(url)).toBe(url);
});

test('a sign-in address may be long, because a claims challenge travels in it; a mail link may not', () => {
  const long = 'x'.repeat(3_000);
  expect(allowedLink(`https://login.microsoftonline.com/?claims=${long}`)).not.toBeNull();
  expect(allowedLink(`https://outlook.office.com/?ItemID=${long}`)).toBeNull();
  expect(allowedLink(`https://login.microsoftonline.com/?claims=${long.repeat(3)}`)).toBeNull();
});

test('spells a host in capitals as the browser will', () => {
  expect(allowedLink('HTTPS://Outlook.Office.com/mail')).toBe('https://outlook.office.com/mail');
});

const hostile: readonly string[] = [
  '',
  'outlook.office.com/mail',
  '//outlook.office.com/mail',
  '/mail',
  'http://outlook.office.com/mail',
  'ftp://outlook.office.com/mail',
  'file:///etc/passwd',
  'file://outlook.office.com/share/run.exe',
  'smb://outlook.office.com/share',
  'javascript:alert(1)',
  'javascript://outlook.office.com/%0Aalert(1)',
  'JaVaScRiPt:alert(1)//https://outlook.office.com/',
  'data:text/html,<script>1</script>',
  'vbscript:msgbox(1)',
  'ms-msdt:/id PCWDiagnostic',
  'search-ms:query=x&crumb=location:%5C%5Cevil.example',
  'msteams:/l/meetup-join/1',
  'mailto:ada@contoso.example',
  'tel:123',
  'app://tidings/index.html',
  'https:outlook.office.com/mail',
  'https:/outlook.office.com/mail',
  'https:///outlook.office.com/mail',
  'https:\\\\outlook.office.com\\mail',
  'https://outlook.office.com\\@evil.example/',
  'https://evil.example\\outlook.office.com/',
  'https://outlook.office.com@evil.example/',
  'https://ada@outlook.office.com/mail',
  'https://ada:secret@outlook.office.com/mail',
  'https://@outlook.office.com/mail',
  'https://:@outlook.office.com/mail',
  'https://evil.example/outlook.office.com',
  'https://evil.example/?https://outlook.office.com',
  'https://evil.example#outlook.office.com',
  'https://outlook.office.com.evil.example/',
  'https://notoutlook.office.com/',
  'https://evil-outlook.office.com/',
  'https://office.com/',
  'https://sub.outlook.office.com/',
  'https://outlook.office.com./mail',
  'https://outlook.office.com:8443/mail',
  'https://outlook.office.com:443@evil.example/',
  'https://outlook.office.com:99999/mail',
  'https://outlook%2eoffice.com/mail',
  'https://оutlook.office.com/mail',
  'https://outlook。office。com/mail',
  'https://[::1]/',
  'https://127.0.0.1/',
  'https://2130706433/',
  ' https://outlook.office.com/mail',
  'https://outlook.office.com/mail ',
  'https://outlook.office.com/ma il',
  'https://outlook.office.com/mail\nSet-Cookie: a',
  'https://outlook.office.com/\u0000',
  'https://outlook.office.com/\u202Etxt.exe',
  'https://out\tlook.office.com/mail',
  'https://outlook.office.com/"; calc; "',
  'https://outlook.office.com/`id`',
  'https://outlook.office.com/<script>',
  'https://outlook.office.com/^|calc',
];
test.each(hostile)('does not open %j', (url) => {
  expect(allowedLink(url)).toBeNull();
});
