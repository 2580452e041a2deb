// All that the agent uses of undici. Its index also loads fetch, WebSocket and caches: 3 MB of resident memory.
import Pool from '../../../node_modules/undici/lib/dispatcher/pool.js';

export { Pool };
