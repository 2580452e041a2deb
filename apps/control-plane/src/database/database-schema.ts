/** Schema of all tables of the control plane. */
export const DATABASE_SCHEMA = 'holdshort';
