/** What a content is for: text that assistants obey, source that people review, or anything else. */
export type PathKind = 'instructions' | 'source' | 'other';

/** Files that coding assistants read as instructions, by the documentation of each assistant (2025). */
const INSTRUCTIONS =
  /(?:^|\/)(?:AGENTS?(?:\.override)?\.md|CLAUDE(?:\.local)?\.md|GEMINI\.md|QWEN\.md|COPILOT\.md|CONVENTIONS\.md|SKILL\.md|\.cursorrules|\.windsurfrules|\.clinerules|\.roorules|\.goosehints|\.aider\.conf\.yml|\.rules|llms(?:-full)?\.txt|copilot-instructions\.md|[^/]{1,200}\.(?:instructions|prompt|chatmode|agent)\.md|[^/]{1,200}\.mdc|\.mcp\.json)$|(?:^|\/)(?:\.github\/(?:instructions|prompts|chatmodes|agents)|\.cursor\/(?:rules|commands)|\.windsurf\/(?:rules|workflows)|\.clinerules|\.roo|\.claude|\.gemini|\.codex|\.kiro|\.continue|\.amazonq\/rules|\.junie|\.augment|\.trae\/rules|\.agents?)\//i;

/** Names of contents that are not text, where a byte pattern says nothing. */
const BINARY =
  /\.(?:png|jpe?g|gif|webp|avif|ico|bmp|tiff?|psd|pdf|zip|gz|tgz|bz2|xz|zst|7z|rar|jar|war|class|exe|dll|so|dylib|a|o|lib|wasm|woff2?|ttf|otf|eot|mp[34]|m4a|mov|avi|webm|ogg|wav|flac|bin|dat|db|sqlite3?|pyc|pack|idx|keystore|p12|pfx|onnx|pt|safetensors|npy|parquet)$/i;

export function pathKind(path: string): PathKind {
  const slashed = path.replaceAll('\\', '/');
  if (INSTRUCTIONS.test(slashed)) return 'instructions';
  return BINARY.test(slashed) ? 'other' : 'source';
}
