-- ClickHouse as a second store of the trail: topic -> materialised view -> table. See docs/analytics.md.
-- `holdshort_kafka` is a named collection of the server's configuration (kafka.xml beside this file), so that no
-- credential stands in a table.
CREATE DATABASE IF NOT EXISTS holdshort;

-- Delivery is at least once. The same event has the same sorting key, so that merges keep one of it; until they did,
-- read with FINAL, as queries.sql does.
CREATE TABLE IF NOT EXISTS holdshort.events
(
    `id` UUID,
    `time` DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    `type` LowCardinality(String),
    `phase` LowCardinality(String),
    `code` LowCardinality(String),
    `tenant` LowCardinality(String),
    `agent_id` String,
    `chain_id` String,
    `seq` UInt64,
    `hash` String,
    `correlation_id` String,
    `session_id` String,
    `human_login` LowCardinality(String),
    `human_sub` String,
    `assistant` LowCardinality(String),
    `repo` LowCardinality(String),
    `refs` Array(String),
    `surface` LowCardinality(String),
    `operation` LowCardinality(String),
    `status` Nullable(Int32),
    `decision` LowCardinality(String),
    `policies` Array(LowCardinality(String)),
    `outcome` LowCardinality(String),
    `event` String CODEC(ZSTD(3)),
    INDEX session_id_bloom session_id TYPE bloom_filter GRANULARITY 4,
    INDEX correlation_id_bloom correlation_id TYPE bloom_filter GRANULARITY 4,
    INDEX human_sub_bloom human_sub TYPE bloom_filter GRANULARITY 4,
    INDEX refs_bloom refs TYPE bloom_filter GRANULARITY 4
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (repo, time, id)
TTL toDateTime(time) + INTERVAL 400 DAY;

-- What is no event with an id and a time; nothing of Holdshort's is.
CREATE TABLE IF NOT EXISTS holdshort.events_unreadable
(
    `received` DateTime DEFAULT now(),
    `raw` String CODEC(ZSTD(3))
)
ENGINE = MergeTree
ORDER BY received;

CREATE TABLE IF NOT EXISTS holdshort.events_queue
(
    `raw` String
)
ENGINE = Kafka(holdshort_kafka)
SETTINGS kafka_topic_list = 'holdshort.audit.events.v1',
         kafka_group_name = 'holdshort-clickhouse',
         kafka_format = 'RawBLOB',
         kafka_num_consumers = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS holdshort.events_reader TO holdshort.events AS
SELECT
    toUUIDOrZero(JSONExtractString(raw, 'id')) AS id,
    parseDateTime64BestEffortOrZero(JSONExtractString(raw, 'time'), 3, 'UTC') AS time,
    JSONExtractString(raw, 'type') AS type,
    JSONExtractString(raw, 'phase') AS phase,
    JSONExtractString(raw, 'code') AS code,
    JSONExtractString(raw, 'tenant') AS tenant,
    JSONExtractString(raw, 'agent', 'id') AS agent_id,
    JSONExtractString(raw, 'chain_id') AS chain_id,
    JSONExtractUInt(raw, 'seq') AS seq,
    JSONExtractString(raw, 'hash') AS hash,
    JSONExtractString(raw, 'correlation_id') AS correlation_id,
    JSONExtractString(raw, 'session_id') AS session_id,
    JSONExtractString(raw, 'human', 'login') AS human_login,
    JSONExtractString(raw, 'human', 'sub') AS human_sub,
    JSONExtractString(raw, 'ai', 'tool') AS assistant,
    JSONExtractString(raw, 'target', 'repo') AS repo,
    arrayDistinct(arrayFilter(
        ref -> ref != '',
        arrayPushFront(
            arrayMap(pushed -> JSONExtractString(pushed, 'ref'), JSONExtractArrayRaw(raw, 'push')),
            JSONExtractString(raw, 'target', 'ref')
        )
    )) AS refs,
    JSONExtractString(raw, 'request', 'surface') AS surface,
    JSONExtractString(raw, 'request', 'operation') AS operation,
    JSONExtract(raw, 'response', 'status', 'Nullable(Int32)') AS status,
    JSONExtractString(raw, 'decision', 'effect') AS decision,
    JSONExtract(raw, 'decision', 'rules', 'Array(String)') AS policies,
    JSONExtractString(raw, 'outcome') AS outcome,
    raw AS event
FROM holdshort.events_queue
WHERE toUUIDOrNull(JSONExtractString(raw, 'id')) IS NOT NULL
  AND parseDateTime64BestEffortOrNull(JSONExtractString(raw, 'time'), 3, 'UTC') IS NOT NULL;

CREATE MATERIALIZED VIEW IF NOT EXISTS holdshort.events_unreadable_reader TO holdshort.events_unreadable AS
SELECT raw
FROM holdshort.events_queue
WHERE toUUIDOrNull(JSONExtractString(raw, 'id')) IS NULL
   OR parseDateTime64BestEffortOrNull(JSONExtractString(raw, 'time'), 3, 'UTC') IS NULL;
