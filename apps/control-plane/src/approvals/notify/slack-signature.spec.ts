import { isFromSlack, signSlack } from './slack-signature.js';

// the example of https://docs.slack.dev/authentication/verifying-requests-from-slack
const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const BODY =
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
const TIMESTAMP = '1531420618';
const SIGNATURE = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';

const check = (changes: object = {}, secondsLater = 0, secret = SECRET): boolean =>
  isFromSlack(
    secret,
    { timestamp: TIMESTAMP, signature: SIGNATURE, body: BODY, ...changes },
    new Date((Number(TIMESTAMP) + secondsLater) * 1000),
  );

describe('a request of Slack', () => {
  it.each([0, 300, -300])('is known by the signature of Slack’s own example, %i seconds later', (seconds) => {
    expect(check({}, seconds)).toBe(true);
  });

  it.each([
    ['older than five minutes', {}, 301],
    ['from the future', {}, -301],
    ['with another body', { body: `${BODY}&x=1` }, 0],
    ['with another time, which is signed too', { timestamp: '1531420619' }, 0],
    ['without a signature', { signature: undefined }, 0],
    ['with a cut signature', { signature: SIGNATURE.slice(0, -1) }, 0],
    ['with an empty signature', { signature: '' }, 0],
    ['without a time', { timestamp: undefined }, 0],
    ['with a time that is no number', { timestamp: 'NaN' }, 0],
  ])('is none %s', (_, changes, seconds) => {
    expect(check(changes, seconds)).toBe(false);
  });

  it('is none under another secret, nor under an empty one', () => {
    expect(check({}, 0, 'other')).toBe(false);
    expect(check({ signature: signSlack('', TIMESTAMP, BODY) }, 0, '')).toBe(false);
  });
});
