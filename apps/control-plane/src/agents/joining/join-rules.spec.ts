import { readJoinRules, workspaceOf } from './join-rules.js';

const AWS = { name: 'a', method: 'aws-iam', workspace: 'w', accounts: ['123456789012'], arns: ['arn:aws:sts::1:x'] };
const OIDC = {
  ...{ name: 'o', method: 'oidc', workspace: 'w', issuer: 'https://issuer.example', audience: 'holdshort' },
  claims: { repository: 'acme/app' },
};
const POD = {
  ...{ name: 'k', method: 'kubernetes', workspace: 'w', issuer: 'https://cluster', audience: 'holdshort' },
  ...{ serviceAccounts: ['ns/name'], apiUrl: 'https://10.0.0.1:6443', reviewerTokenFile: '/token' },
};

describe('join rules', () => {
  it('are read as they are written', () => {
    expect(readJoinRules([AWS, OIDC, POD])).toEqual([AWS, OIDC, POD]);
    expect(readJoinRules([])).toEqual([]);
  });

  it.each([
    ['an object', {}, 'must be a JSON list'],
    ['a text among them', ['x'], 'rule 1: must be an object.'],
    ['no name', [{ ...AWS, name: '' }], 'lacks a name.'],
    ['one name twice', [AWS, AWS], 'names must differ.'],
    ['an unknown method', [{ ...AWS, method: 'gcp' }], 'names no known method.'],
    ['an unknown word', [{ ...AWS, account: '123456789012' }], 'has an unknown word, account.'],
    ['a word of another method', [{ ...POD, claims: {} }], 'has an unknown word, claims.'],
    ['no workspace', [{ ...AWS, workspace: undefined }], 'lacks workspace.'],
    ['no accounts', [{ ...AWS, accounts: [] }], 'needs a list of texts, accounts.'],
    ['a pattern for accounts', [{ ...AWS, accounts: ['*'] }], 'accounts are numbers of 12 digits.'],
    ['no ARNs', [{ ...AWS, arns: undefined }], 'needs a list of texts, arns.'],
    ['no audience', [{ ...OIDC, audience: '' }], 'lacks audience.'],
    ['no claims', [{ ...OIDC, claims: undefined }], 'needs claims'],
    ['empty claims', [{ ...OIDC, claims: {} }], 'needs claims'],
    ['a claim that anything fits', [{ ...OIDC, claims: { sub: '**' } }], 'needs claims'],
    ['an empty nested claim', [{ ...OIDC, claims: { aws: {} } }], 'needs claims'],
    ['an issuer in the clear', [{ ...OIDC, issuer: 'http://issuer.example' }], 'issuer must be an https URL.'],
    ['keys in the clear', [{ ...OIDC, jwksUri: 'http://issuer.example' }], 'jwksUri must be an https URL.'],
    ['a cluster in the clear', [{ ...POD, apiUrl: 'http://10.0.0.1' }], 'apiUrl must be an https URL.'],
    ['no service accounts', [{ ...POD, serviceAccounts: [''] }], 'needs a list of texts, serviceAccounts.'],
  ])('are refused with %s', (_, rules, message) => {
    expect(() => readJoinRules(rules)).toThrow(message);
  });

  it.each([
    ['ec2-{subject}', 'arn:aws:sts::1:assumed-role/dev/i-0', 'ec2-arn-aws-sts-1-assumed-role-dev-i-0'],
    ['{subject}', '../../etc', 'etc'],
    ['{subject}', '$&{subject}', 'subject-'],
    ['{subject}', '///', ''],
    ['{subject}', 'x'.repeat(300), 'x'.repeat(100)],
  ])('name a workspace %s after %s', (workspace, subject, expected) => {
    expect(workspaceOf({ name: 'r', workspace }, subject)).toBe(expected);
  });
});
