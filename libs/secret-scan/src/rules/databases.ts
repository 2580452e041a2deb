import { namedValue } from '../forms/named-value.js';
import { prefixedToken } from '../forms/prefixed-token.js';
import { specialRule } from '../forms/special-rule.js';
import { urlPassword } from '../forms/url-password.js';
import type { Rule } from '../rule.js';

/** Schemes by which databases, brokers, directories and shares are reached. */
const DATABASE_SCHEMES =
  'postgres postgresql mysql mysql2 mariadb mongodb mongodb+srv redis rediss amqp amqps mssql sqlserver oracle cockroachdb clickhouse cassandra couchbase neo4j neo4j+s bolt bolt+s influxdb kafka nats ldap ldaps mqtt mqtts smb jdbc:postgresql jdbc:mysql db2 snowflake postgresql+psycopg2 postgresql+asyncpg postgresql+psycopg mysql+pymysql mysql+mysqldb mysql+asyncmy mssql+pyodbc'.split(
    ' ',
  );

/** Databases and their hosts; formats of each provider's documentation; URIs by RFC 3986. */
export const DATABASES: readonly Rule[] = [
  specialRule({
    id: 'database-url',
    title: 'Database or broker URL with a password',
    keywords: DATABASE_SCHEMES.map((scheme) => `${scheme}://`),
    find: urlPassword,
    guessable: true,
    examples: {
      like: [
        'DATABASE_URL=postgres://app:{a16}@db.acme.io:5432/app',
        'mongodb+srv://svc:{a12}@cluster0.ab1cd.mongodb.net/?retryWrites=true',
        'redis://:{a24}@cache:6379/0',
        'amqp://worker:{a10}@mq/vhost',
      ],
      unlike: [
        'postgres://user:password@localhost/db',
        'mysql://root:root@127.0.0.1/test',
        'postgres://app:${DB_PASSWORD}@db/app',
        'redis://localhost:6379/0',
        'postgres://localhost:5432/a@b',
      ],
    },
  }),
  prefixedToken({
    id: 'databricks-token',
    title: 'Databricks token',
    prefix: ['dapi', 'dkea', 'dose', 'dsapi'],
    body: '[0-9a-f]{32}(?:-\\d)?',
    like: ['dapi{h32}', 'DATABRICKS_TOKEN=dapi{h32}-2', 'dose{h32}'],
  }),
  prefixedToken({
    id: 'planetscale-token',
    title: 'PlanetScale token or password',
    prefix: ['pscale_tkn_', 'pscale_pw_', 'pscale_oauth_', 'pscale_api_'],
    body: '[A-Za-z0-9_=.-]{32,64}',
    like: ['pscale_tkn_{w43}', 'pscale_pw_{w43}', 'pscale_oauth_{w43}'],
  }),
  prefixedToken({
    id: 'supabase-token',
    title: 'Supabase access token',
    prefix: 'sbp_',
    body: '(?:v0_)?[0-9a-f]{40}',
    like: ['sbp_{h40}', 'SUPABASE_ACCESS_TOKEN=sbp_{h40}'],
  }),
  prefixedToken({
    id: 'supabase-secret-key',
    title: 'Supabase secret key',
    prefix: 'sb_secret_',
    body: '[A-Za-z0-9_-]{22,31}(?:_[A-Za-z0-9_-]{8})?',
    like: ['sb_secret_{w22}_{w8}', 'SUPABASE_SECRET_KEY=sb_secret_{w31}'],
  }),
  prefixedToken({
    id: 'neon-key',
    title: 'Neon API key',
    prefix: 'napi_',
    body: '[a-z0-9]{60,70}',
    like: ['napi_{l64}', 'NEON_API_KEY=napi_{l64}'],
  }),
  prefixedToken({
    id: 'neon-password',
    title: 'Neon database password',
    prefix: 'npg_',
    body: '[A-Za-z0-9]{10,16}',
    check: (token) => (/\d/.test(token.slice(4)) && /[A-Z]/.test(token) ? 'ok' : 'no'),
    like: ['npg_{a11}9K', 'PGPASSWORD=npg_4Z{a10}'],
  }),
  prefixedToken({
    id: 'aiven-password',
    title: 'Aiven service password',
    prefix: 'AVNS_',
    body: '[A-Za-z0-9_-]{19}',
    like: ['AVNS_{w19}', 'PGPASSWORD=AVNS_{w19}'],
  }),
  prefixedToken({
    id: 'cockroach-key',
    title: 'CockroachDB Cloud key',
    prefix: 'CCDB1_',
    body: '[A-Za-z0-9]{22}_[A-Za-z0-9]{40}',
    like: ['CCDB1_{a22}_{a40}', 'COCKROACH_API_KEY=CCDB1_{a22}_{a40}'],
  }),
  prefixedToken({
    id: 'xata-key',
    title: 'Xata API key',
    prefix: 'xau_',
    body: '[A-Za-z0-9]{30,44}',
    like: ['xau_{a43}', 'XATA_API_KEY=xau_{a32}'],
  }),
  prefixedToken({
    id: 'materialize-password',
    title: 'Materialize app password',
    prefix: 'mzp_',
    body: '[0-9a-f]{64}',
    like: ['mzp_{h64}', 'MZ_PASSWORD=mzp_{h64}'],
  }),
  prefixedToken({
    id: 'elastic-cloud-key',
    title: 'Elastic Cloud key',
    prefix: ['essu_', 'ess_'],
    body: '[A-Za-z0-9+/]{40,120}={0,2}',
    like: ['essu_{b80}=', 'EC_API_KEY=essu_{b72}=='],
  }),
  prefixedToken({
    id: 'tinybird-token',
    title: 'Tinybird token',
    prefix: 'p.eyJ',
    body: '[A-Za-z0-9_-]{60,300}\\.[A-Za-z0-9_-]{40,50}',
    reach: 420,
    like: ['p.eyJ{w120}.{w43}', 'TB_TOKEN=p.eyJ{w90}.{w43}'],
  }),
  namedValue({
    id: 'elastic-key',
    title: 'Elasticsearch API key',
    names: ['elastic', 'apikey '],
    value: '[A-Za-z0-9+/_-]{58,64}={0,2}',
    like: ['ELASTIC_API_KEY={b58}==', 'elasticsearch: { api_key: "{b60}" }'],
    unlike: ['elastic_index={b60}'],
  }),
  namedValue({
    id: 'influxdb-token',
    title: 'InfluxDB token',
    names: ['influx'],
    value: '[A-Za-z0-9_-]{86}==',
    like: ['INFLUXDB_TOKEN={w86}==', 'influx_token: "{w86}=="'],
    unlike: ['influx_bucket={w40}=='],
  }),
  namedValue({
    id: 'confluent-key',
    title: 'Confluent Cloud secret',
    names: ['confluent', 'sasl_password', 'sasl.password', 'schema_registry', 'kafka_api_secret'],
    value: '(?:cflt[A-Za-z0-9+/]{60}|[A-Za-z0-9+/]{64})',
    like: ['CONFLUENT_CLOUD_API_SECRET={b64}', 'sasl.password={b64}'],
    unlike: ['confluent_cluster={b64}'],
  }),
  namedValue({
    id: 'upstash-token',
    title: 'Upstash token',
    names: ['upstash', 'kv_rest_api', 'qstash'],
    value: '[A-Za-z0-9_-]{40,120}={0,2}',
    check: (value) => (/\d/.test(value) && /[A-Z]/.test(value) ? 'ok' : 'no'),
    like: ['UPSTASH_REDIS_REST_TOKEN=A{w50}=', 'KV_REST_API_TOKEN={w60}'],
    unlike: ['UPSTASH_REGION={w50}'],
  }),
  namedValue({
    id: 'snowflake-password',
    title: 'Snowflake, Fauna or Hasura secret',
    names: ['snowflake', 'fauna', 'hasura'],
    value: '[A-Za-z0-9_-]{32,64}',
    check: (value) => (/\d.*\d/.test(value) && /[A-Za-z]/.test(value) ? 'ok' : 'no'),
    like: ['FAUNA_SECRET=fn{w38}', 'HASURA_GRAPHQL_ADMIN_SECRET={w40}'],
    unlike: ['snowflake_account={w40}'],
  }),
];
