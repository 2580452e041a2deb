import { canonicalPath } from './canonical-path.js';

/** What a changed path means to policy, on every surface. Closed list; additive only, since policies name these. */
export const PATH_CLASSES = [
  'workflow',
  'codeowners',
  'agent-instructions',
  'dependency-manifest',
  'dependency-lock',
  'iac',
  'container',
  'git-config',
  'secret-file',
  'generated',
] as const;
export type PathClass = (typeof PATH_CLASSES)[number];

/**
 * Folders as well as what is in them: a folder that becomes a symlink or a submodule, or whose content is not known, shows
 * as a path of its own. Workflow files: GitHub docs, "About workflows"; local actions run with the workflow that uses them.
 */
const PATTERNS: readonly (readonly [PathClass, RegExp])[] = [
  ['workflow', /^\.github($|\/(workflows|actions)($|\/))|^action\.ya?ml$|^\.github\/.*\/action\.ya?ml$/],
  ['codeowners', /^(\.github\/|docs\/)?codeowners$|^(\.github|docs)$/],
  [
    'agent-instructions',
    /(^|\/)(agents|claude|gemini)\.md$|^\.github\/(copilot-instructions\.md|(instructions|prompts|agents)(\/|$))|(^|\/)\.(cursorrules|windsurfrules)$|(^|\/)\.(cursor|claude)(\/|$)|(^|\/)\.mcp\.json$|^\.vscode\/mcp\.json$/,
  ],
  [
    'dependency-manifest',
    /(^|\/)(package\.json|pyproject\.toml|setup\.(py|cfg)|requirements[^/]*\.(txt|in)|pipfile|cargo\.toml|go\.mod|gemfile|[^/]*\.gemspec|composer\.json|pom\.xml|build\.gradle(\.kts)?|[^/]*\.csproj|packages\.config|mix\.exs|package\.swift|\.npmrc)$/,
  ],
  [
    'dependency-lock',
    /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|poetry\.lock|uv\.lock|pipfile\.lock|cargo\.lock|go\.sum|gemfile\.lock|composer\.lock|gradle\.lockfile|packages\.lock\.json|mix\.lock|package\.resolved)$/,
  ],
  [
    'iac',
    /\.(tf|tfvars|hcl|bicep)(\.json)?$|(^|\/)(cloudformation|terraform|helm|k8s|kubernetes)\/|(^|\/)infra(structure)?(\/|$)|(^|\/)(chart|kustomization|serverless)\.ya?ml$/,
  ],
  ['container', /(^|\/)([^/]*\.)?(dockerfile|containerfile)(\.[^/]*)?$|(^|\/)(docker-)?compose[^/]*\.ya?ml$/],
  ['git-config', /(^|\/)\.(gitattributes|gitmodules|gitignore|lfsconfig|mailmap)$|(^|\/)\.(husky|githooks)(\/|$)/],
  [
    'secret-file',
    /(^|\/)(\.env(\.(?!example$|sample$|template$)[^/]+)?|id_(rsa|dsa|ecdsa|ed25519)|\.netrc|\.pgpass|credentials(\.json)?|[^/]*\.(pem|key|p12|pfx|jks|keystore))$/,
  ],
  [
    'generated',
    /(^|\/)(dist|node_modules|vendor|third_party)(\/|$)|\.(min\.(js|css)|(js|css|ts)\.map|pb\.go|g\.dart)$|_pb2(_grpc)?\.pyi?$|(^|\/)__snapshots__\//,
  ],
];

/** The classes of one path of a repository, in the order of `PATH_CLASSES`. */
export function classifyPath(path: string): PathClass[] {
  const form = canonicalPath(path);
  return PATTERNS.filter(([, pattern]) => pattern.test(form)).map(([name]) => name);
}

/** The classes that any of the paths falls into, sorted. */
export function pathClassesOf(paths: Iterable<string>): PathClass[] {
  const classes = new Set<PathClass>();
  for (const path of paths) for (const found of classifyPath(path)) classes.add(found);
  return [...classes].sort();
}

/**
 * Whether GitHub asks for the permission `workflows` to change the path: the class `workflow` is wider, since actions
 * run too. `.github` itself counts: as a tree, a symlink or a submodule it brings its own `workflows`.
 */
export const isWorkflowFile = (path: string): boolean => /^\.github(\/workflows(\/|$)|$)/.test(canonicalPath(path));
