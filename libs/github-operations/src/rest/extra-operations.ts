/**
 * Routes that real clients call and GitHub's document lacks, in the form of the table. Reads only,
 * apart from what the Copilot CLI asks of api.github.com (recorded from @github/copilot 1.0).
 */
export const EXTRA_OPERATIONS = `
GET /repos/{owner}/{repo}/contents repos/get-content repos/contents
GET /repos/{owner}/{repo}/git/refs git/list-matching-refs git/refs
GET /repos/{owner}/{repo}/git/refs/{+ref} git/list-matching-refs git/refs
GET /repos/{owner}/{repo}/tarball repos/download-tarball-archive repos/contents
GET /repos/{owner}/{repo}/zipball repos/download-zipball-archive repos/contents
GET /copilot_internal/user copilot-internal/user copilot-internal/account
GET /copilot_internal/managed_settings copilot-internal/managed-settings copilot-internal/account
GET /copilot_internal/team_customizations copilot-internal/team-customizations copilot-internal/account
GET /copilot_internal/v2/token copilot-internal/token copilot-internal/token
GET /repos/{owner}/{repo}/copilot_internal/embeddings_index copilot-internal/embeddings-index copilot-internal/repository
`;
