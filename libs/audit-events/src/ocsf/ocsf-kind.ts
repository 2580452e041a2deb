/** Which OCSF record a type of event becomes; class and activity are those of OCSF 1.8.0. */
export type OcsfKind =
  | { class: 'api_activity'; activity: 'by class' | keyof typeof API_ACTIVITIES }
  | { class: 'authentication'; activity: keyof typeof AUTHENTICATION_ACTIVITIES }
  | { class: 'application_lifecycle'; activity: keyof typeof LIFECYCLE_ACTIVITIES }
  | {
      class: 'entity_management';
      activity: keyof typeof ENTITY_ACTIVITIES;
      /** What kind of thing it is. */
      entity: string;
      /** Where the event names it, e.g. `detail.agent_id`. */
      named: string;
    };

export const OCSF_VERSION = '1.8.0';

export const OCSF_CLASSES = {
  api_activity: { uid: 6003, name: 'API Activity', category: 6, categoryName: 'Application Activity' },
  application_lifecycle: {
    uid: 6002,
    name: 'Application Lifecycle',
    category: 6,
    categoryName: 'Application Activity',
  },
  authentication: { uid: 3002, name: 'Authentication', category: 3, categoryName: 'Identity & Access Management' },
  entity_management: {
    uid: 3004,
    name: 'Entity Management',
    category: 3,
    categoryName: 'Identity & Access Management',
  },
} as const;

/** `activity_id` and its caption. */
export type Activity = readonly [id: number, name: string];

export const API_ACTIVITIES = {
  unknown: [0, 'Unknown'],
  create: [1, 'Create'],
  read: [2, 'Read'],
  update: [3, 'Update'],
  delete: [4, 'Delete'],
  other: [99, 'Other'],
} as const;

export const AUTHENTICATION_ACTIVITIES = { logon: [1, 'Logon'], logoff: [2, 'Logoff'] } as const;

export const LIFECYCLE_ACTIVITIES = { start: [3, 'Start'], stop: [4, 'Stop'] } as const;

export const ENTITY_ACTIVITIES = {
  create: [1, 'Create'],
  read: [2, 'Read'],
  update: [3, 'Update'],
  delete: [4, 'Delete'],
  enroll: [6, 'Enroll'],
  unenroll: [7, 'Unenroll'],
  disable: [9, 'Disable'],
  activate: [10, 'Activate'],
  deactivate: [11, 'Deactivate'],
  suspend: [12, 'Suspend'],
  resume: [13, 'Resume'],
  other: [99, 'Other'],
} as const;

/** `managed_entity.type_id`; what OCSF has no number for is 99, with its name in `type`. */
export const ENTITY_TYPES: Readonly<Record<string, number>> = { user: 2, group: 3, policy: 5 };

/** Holdshort's class of an operation -> activity. */
export const ACTIVITY_OF_CLASS: Readonly<Record<string, keyof typeof API_ACTIVITIES>> = {
  read: 'read',
  secretful: 'read',
  write: 'update',
  destructive: 'delete',
  execute: 'other',
  admin: 'other',
};
