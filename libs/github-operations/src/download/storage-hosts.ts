/**
 * Where GitHub's redirects and LFS answers lead with signed addresses: archives, release assets, LFS objects and their
 * verification, logs and artifacts of workflow runs (docs.github.com, "About self-hosted runners" and "Git LFS" list them).
 */
const STORAGE_HOSTS: readonly RegExp[] = [
  /^(codeload|lfs|uploads)\.github\.com$/,
  /^(raw|gist|media|objects|objects-origin|release-assets|github-releases|github-cloud)\.githubusercontent\.com$/,
  // blobs of ghcr.io
  /^pkg-containers\.githubusercontent\.com$/,
  /^github-(cloud|production-[a-z0-9-]{1,80})\.s3(\.[a-z0-9-]{1,30})?\.amazonaws\.com$/,
  /^productionresultssa\d{1,4}\.blob\.core\.windows\.net$/,
  /^(results-receiver|pipelines[a-z0-9]{0,40})\.actions\.githubusercontent\.com$/,
];

/** Whether a signed address on the host may be followed for a client; anything else is refused. */
export const isStorageHost = (host: string): boolean => STORAGE_HOSTS.some((pattern) => pattern.test(host));
