import { describe, expect, test } from 'vitest';
import { change, item, json, lifecycle, listenerForEachTest, nonce, probe } from './listener-rig.ts';

const rig = listenerForEachTest();
const { send } = rig;

describe('the validation handshake', () => {
  test.each([
    ['plain text', 'abc', 'abc'],
    ['a plus as a space', 'a+b', 'a b'],
    ['an encoded plus', 'a%2Bb', 'a+b'],
    ['an encoded space', 'Validation%3A%20Testing', 'Validation: Testing'],
    ['characters beyond ASCII', '%C3%A9', '\u00c3\u00a9'], // read as latin1 here: the two bytes of UTF-8
    ['markup, which stays text', '%3Cscript%3E', '<script>'],
    ['the longest token', 'x'.repeat(2048), 'x'.repeat(2048)],
    ['a token as long, all encoded', '%41'.repeat(2048), 'A'.repeat(2048)],
    ['an equals sign', 'a=b', 'a=b'],
    ['a question mark', 'a?b', 'a?b'],
    ['a stray percent sign', '100%', '100%'],
  ])('echoes %s', async (_name, encoded, decoded) => {
    rig.world.validation = true;
    for (const target of [change, lifecycle]) {
      const answer = await send(`${target}?validationToken=${encoded}`, {
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      });
      expect({ status: answer.status, type: answer.headers['content-type'], body: answer.body }).toEqual({
        status: 200,
        type: 'text/plain; charset=utf-8',
        body: decoded,
      });
    }
    expect(rig.world.posts).toEqual([]);
  });

  test.each([
    ['no value', 'validationToken='],
    ['two tokens', 'validationToken=a&validationToken=b'],
    ['one character too many', `validationToken=${'x'.repeat(2049)}`],
    ['a line break', 'validationToken=a%0D%0ASet-Cookie:%20b'],
    ['a NUL', 'validationToken=a%00b'],
    ['an escape', 'validationToken=%1B'],
    ['a delete', 'validationToken=%7F'],
    ['a C1 control', 'validationToken=%C2%85'],
    ['bytes that are no UTF-8', 'validationToken=%FF%FE'],
  ])('refuses %s', async (_name, query) => {
    rig.world.validation = true;
    const answer = await send(`${change}?${query}`);
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 400, body: '' });
    expect(rig.world.refused).toEqual(['validation token']);
  });

  test('is not given to strangers: no token is echoed while no create of ours is under way', async () => {
    const answer = await send(`${change}?validationToken=abc`);
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 404, body: '' });
  });

  test.each([
    ['a GET', change, 'GET', 405],
    ['a wrong path', '/elsewhere', 'POST', 404],
    ['the probe path', probe, 'POST', 405],
  ])('does not happen by %s', async (_name, target, method, status) => {
    rig.world.validation = true;
    const answer = await send(`${target}?validationToken=abc`, { method });
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body: '' });
  });

  test('another spelling of the parameter is no validation request', async () => {
    rig.world.validation = true;
    expect((await send(`${change}?validationtoken=abc`, { body: json(item()) })).status).toBe(202);
    expect(rig.world.posts.length).toBe(1);
  });
});

describe('the probe', () => {
  test('is answered with a value only our key makes', async () => {
    const answer = await send(`${probe}?n=${nonce}`, { method: 'GET' });
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 200,
      body: '1699367342b7e9935a28029803e675c8cfc8db2a4e6954f84258a63a83cd93b0',
    });
  });
  test.each([
    ['no n', '', 'GET', 400],
    ['a short n', '?n=abc', 'GET', 400],
    ['a long n', `?n=${'a'.repeat(129)}`, 'GET', 400],
    ['markup as n', '?n=%3Cscript%3Ealert(1)%3C', 'GET', 400],
    ['a POST', `?n=${nonce}`, 'POST', 405],
  ])('is refused for %s', async (_name, query, method, status) => {
    const answer = await send(`${probe}${query}`, { method });
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body: '' });
  });
});

describe('another computer that has taken over', () => {
  test('is heard at a path of ours, and learns no more than anybody else', async () => {
    const answers = [];
    for (const [target, method] of [
      [`${change}?takenOver=1`, 'GET'],
      [`${change}?takenOver=1`, 'PUT'],
      [change, 'GET'],
      ['/?takenOver=1', 'GET'],
    ] as const) {
      const { status, body } = await send(target, { method });
      answers.push([status, body, rig.world.takeovers]);
    }
    expect(answers).toEqual([
      [405, '', 1],
      [405, '', 1],
      [405, '', 1],
      [404, '', 1],
    ]);
  });
});
