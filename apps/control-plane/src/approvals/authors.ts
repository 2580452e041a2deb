/**
 * Whether a person, by the address that the identity provider gives, made one of the commits. Commits are signed with
 * whatever their author claims, so this finds those who do not hide; the session's owner is known for certain.
 */
export const isAuthor = (authors: readonly string[], email: string): boolean =>
  email !== '' && authors.includes(email.toLowerCase());
