import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { awsCredentials } from './aws-credentials.js';
import { joinByEvidence } from './join-by-evidence.js';

interface Asked {
  url: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

describe('joining by evidence', () => {
  let server: Server;
  let url: string;
  let dir: string;
  let asked: Asked[];
  let answer: { status: number; body: unknown };

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'holdshort-join-'));
    asked = [];
    answer = { status: 200, body: { token: 'hsj1_x', nonce: 'nonce-1' } };
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      request.on('end', () => {
        const body = JSON.parse(text === '' ? '{}' : text) as Record<string, unknown>;
        asked.push({ url: request.url ?? '', headers: request.headers, body });
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
    await rm(dir, { recursive: true, force: true });
  });

  const settings = (changes: object) =>
    ({
      joinMethod: 'token',
      joinUrl: url,
      joinCaFile: undefined,
      joinEvidenceFile: undefined,
      joinAwsRegion: undefined,
      ...changes,
    }) as Parameters<typeof joinByEvidence>[0];
  const KEYS = {
    AWS_ACCESS_KEY_ID: 'AKIAGOODGOODGOOD',
    AWS_SECRET_ACCESS_KEY: 'good-secret',
    AWS_SESSION_TOKEN: 'session',
  };

  it('has nothing to do where a file brings the token', () => {
    expect(joinByEvidence(settings({}), {})).toBeUndefined();
  });

  it('shows AWS’s signature over the nonce and the name of the server, and never the key', async () => {
    const env = { ...KEYS, AWS_REGION: 'eu-west-1' };
    expect(await joinByEvidence(settings({ joinMethod: 'aws-iam' }), env)?.()).toBe('hsj1_x');
    expect(asked.map((one) => one.url)).toEqual(['/api/v1/join/nonces', '/api/v1/join']);
    const { method, host, headers } = asked[1]?.body as {
      method: string;
      host: string;
      headers: Record<string, string>;
    };
    expect({ method, host }).toEqual({ method: 'aws-iam', host: 'sts.eu-west-1.amazonaws.com' });
    expect(headers).toMatchObject({
      'x-holdshort-nonce': 'nonce-1',
      'x-holdshort-server': new URL(url).host,
      'x-amz-security-token': 'session',
    });
    expect(headers['authorization']).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIAGOODGOODGOOD\/\d{8}\/eu-west-1\/sts\/aws4_request, SignedHeaders=content-length;content-type;host;x-amz-date;x-amz-security-token;x-holdshort-nonce;x-holdshort-server, Signature=[0-9a-f]{64}$/,
    );
    expect(JSON.stringify(asked)).not.toContain('good-secret');
  });

  it.each(['oidc', 'kubernetes'])('shows the token of a file by %s', async (joinMethod) => {
    const joinEvidenceFile = path.join(dir, 'token');
    await writeFile(joinEvidenceFile, 'jwt\n');
    expect(await joinByEvidence(settings({ joinMethod, joinEvidenceFile }), {})?.()).toBe('hsj1_x');
    expect(asked[0]?.body).toEqual({ method: joinMethod, token: 'jwt' });
  });

  it('says why it is refused, in the words of the control plane', async () => {
    answer = { status: 403, body: { detail: 'No join rule knows this AWS account and role.' } };
    const joinEvidenceFile = path.join(dir, 'token');
    await writeFile(joinEvidenceFile, 'jwt');
    await expect(joinByEvidence(settings({ joinMethod: 'oidc', joinEvidenceFile }), {})?.()).rejects.toMatchObject({
      code: 'not_authorized',
      message: 'No join rule knows this AWS account and role.',
    });
  });

  it('shows nothing without TLS beyond loopback', () => {
    expect(() => joinByEvidence(settings({ joinMethod: 'oidc', joinUrl: 'http://holdshort.example' }), {})).toThrow(
      'HOLDSHORT_JOIN_URL must be the https URL of the control plane.',
    );
    expect(() => joinByEvidence(settings({ joinMethod: 'oidc', joinUrl: undefined }), {})).toThrow(
      'HOLDSHORT_JOIN_URL',
    );
  });

  it('finds the credentials of a container, with its token, and refuses to ask a stranger for them', async () => {
    answer = { status: 200, body: { AccessKeyId: 'AKIATASK', SecretAccessKey: 's', Token: 't' } };
    const tokenFile = path.join(dir, 'authorization');
    await writeFile(tokenFile, 'pod-identity\n');
    const env = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile,
    };
    expect(await awsCredentials(env)).toEqual({ accessKeyId: 'AKIATASK', secretAccessKey: 's', sessionToken: 't' });
    expect(asked[0]?.headers.authorization).toBe('pod-identity');
    await expect(awsCredentials({ AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://evil.example/c' })).rejects.toThrow(
      'No AWS credentials',
    );
    await expect(awsCredentials({ AWS_EC2_METADATA_DISABLED: 'true' })).rejects.toThrow('No AWS credentials');
  });
});
