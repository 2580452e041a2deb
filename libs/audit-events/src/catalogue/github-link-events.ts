import { maybe, text } from '../schema/field.js';
import { ALICE, defineEvents } from './entry.js';

const single = ['single'] as const;
const link = {
  link_id: text('Of the link.'),
  github: text('Host of the GitHub where the account is.'),
  app: text('Id of the GitHub App that acts for the account.'),
};
const linkExample = { link_id: 'ghl_5d20', github: 'github.com', app: '123456' };
const actor = { login: 'alice-acme', id: '5830021' };

export const GITHUB_LINK_EVENTS = defineEvents({
  'github.linked': {
    code: 'HS-5101',
    title: 'GitHub account linked',
    when: 'A person let the GitHub App act for their account; leases may carry them from now on.',
    emitter: 'control-plane',
    phases: single,
    level: 'notice',
    ocsf: { class: 'entity_management', activity: 'create', entity: 'GitHub link', named: 'detail.link_id' },
    required: ['human', 'github_actor', 'outcome'],
    optional: [],
    detail: { ...link, by: text('How: browser or device.') },
    example: { human: ALICE, github_actor: actor, outcome: 'success', detail: { ...linkExample, by: 'browser' } },
  },
  'github.link_refused': {
    code: 'HS-5102',
    title: 'GitHub account not linked',
    when: 'A link came to nothing: it was begun elsewhere or finished already, GitHub refused, or the account is linked to somebody else.',
    emitter: 'control-plane',
    phases: single,
    level: 'warning',
    ocsf: { class: 'entity_management', activity: 'create', entity: 'GitHub link', named: 'human.login' },
    required: ['human', 'outcome', 'error'],
    optional: ['github_actor'],
    detail: { by: text('How it was tried: browser or device.') },
    example: {
      human: ALICE,
      outcome: 'refused',
      error: { code: 'conflict', message: 'The link is unknown, was finished already or took too long.' },
      detail: { by: 'browser' },
    },
  },
  'github.link_refreshed': {
    code: 'HS-5103',
    title: 'GitHub link refreshed',
    when: 'GitHub gave new tokens for a linked account; those of before are dead.',
    emitter: 'control-plane',
    phases: single,
    level: 'info',
    ocsf: { class: 'entity_management', activity: 'update', entity: 'GitHub link', named: 'detail.link_id' },
    required: ['human', 'github_actor', 'outcome'],
    optional: [],
    detail: link,
    example: { human: ALICE, github_actor: actor, outcome: 'success', detail: linkExample },
  },
  'github.link_broken': {
    code: 'HS-5104',
    title: 'GitHub link broken',
    when: 'GitHub no longer honours the tokens of a linked account; the person must link it again.',
    emitter: 'control-plane',
    phases: single,
    level: 'warning',
    ocsf: { class: 'entity_management', activity: 'disable', entity: 'GitHub link', named: 'detail.link_id' },
    required: ['human', 'github_actor', 'outcome', 'error'],
    optional: [],
    detail: { ...link, reason: text("GitHub's error code.") },
    example: {
      human: ALICE,
      github_actor: actor,
      outcome: 'failed',
      error: { code: 'github_link_broken', message: 'GitHub no longer honours the link to alice-acme.' },
      detail: { ...linkExample, reason: 'bad_refresh_token' },
    },
  },
  'github.unlinked': {
    code: 'HS-5105',
    title: 'GitHub account unlinked',
    when: 'A link was deleted; the grant at GitHub and all tokens under it are revoked.',
    emitter: 'control-plane',
    phases: single,
    level: 'notice',
    ocsf: { class: 'entity_management', activity: 'delete', entity: 'GitHub link', named: 'detail.link_id' },
    required: ['human', 'github_actor', 'outcome'],
    optional: [],
    detail: {
      ...link,
      grant: text('`revoked`, or `gone` where GitHub honoured it no more.'),
      reason: maybe(text('Where it was not asked for: `linked again` or `identity ended`.')),
    },
    example: { human: ALICE, github_actor: actor, outcome: 'success', detail: { ...linkExample, grant: 'revoked' } },
  },
});
