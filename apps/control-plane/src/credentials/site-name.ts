/** The GitHub whose repositories are named without their host, as everybody names them. */
export const GITHUB_COM = 'github.com';

/**
 * How policies, sets, approvals and records name what is at a GitHub: `acme/app`, but `ghes.corp.example/acme/app` at
 * any other. What is permitted at one is never permitted at its namesake elsewhere.
 */
export const nameAt = (site: string, name: string): string => (site === GITHUB_COM ? name : `${site}/${name}`);
