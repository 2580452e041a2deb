import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Notice } from './notice.js';
import { linesOf, titleOf } from './notice-text.js';
import { NotDelivered, type Notifier } from './notifier.js';

export interface EmailConfig {
  /** smtp://USER:PASSWORD@HOST:PORT or smtps://... */
  smtpUrl: string;
  from: string;
  /** Addresses by approving group. */
  to: ReadonlyMap<string, readonly string[]>;
}

const TIMEOUT_MS = 10_000;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Mails notices to those whose group the gates ask for; plain text, so that nothing in it is markup. */
export class EmailNotifier implements Notifier {
  readonly channel = 'email';
  private readonly transport: { sendMail: (mail: SendMailOptions) => Promise<unknown>; close: () => void };

  constructor(private readonly config: EmailConfig) {
    const url = new URL(config.smtpUrl);
    this.transport = createTransport({
      host: url.hostname,
      port: Number(url.port || (url.protocol === 'smtps:' ? 465 : 587)),
      secure: url.protocol === 'smtps:',
      // a password and an approval's content do not travel in the clear
      requireTLS: !LOOPBACK.has(url.hostname),
      ...(url.username === '' ? {} : { auth: credentialsOf(url) }),
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async send(notice: Notice, earlier: string | undefined): Promise<string | undefined> {
    const to = this.recipientsOf(notice);
    if (to.length === 0) return undefined;
    const messageId = `<${notice.id}@holdshort>`;
    const { url } = notice.approval;
    const sent = this.transport.sendMail({
      ...{ from: this.config.from, to, subject: titleOf(notice), messageId },
      text: [...linesOf(notice), '', `Look at it and answer: ${url}`, ''].join('\n'),
      ...(earlier === undefined ? {} : { inReplyTo: earlier, references: earlier }),
      headers: { 'Auto-Submitted': 'auto-generated' }, // RFC 3834
    });
    await sent.catch((cause: unknown) => {
      throw new NotDelivered('The mail server did not take the message.', 0, { cause });
    });
    return messageId;
  }

  close(): Promise<void> {
    this.transport.close();
    return Promise.resolve();
  }

  private recipientsOf({ approval }: Notice): string[] {
    return [...new Set(approval.gates.flatMap(({ approvers }) => this.config.to.get(approvers) ?? []))];
  }
}

const credentialsOf = (url: URL) => ({
  user: decodeURIComponent(url.username),
  pass: decodeURIComponent(url.password),
});
