-- Athena over events as they are on the topic, which deploy/siem/vector/vector.yaml writes to S3: one in a line, gzip,
-- below events/day=YYYY-MM-DD/. Write your bucket for AUDIT_BUCKET. See docs/analytics.md.
CREATE DATABASE IF NOT EXISTS holdshort;

CREATE EXTERNAL TABLE IF NOT EXISTS holdshort.events (
  `id` string,
  `specversion` int,
  `type` string,
  `phase` string,
  `code` string,
  `time` string,
  `chain_id` string,
  `seq` bigint,
  `prev_hash` string,
  `hash` string,
  `tenant` string,
  `agent` struct<id:string,host:string,version:string>,
  `correlation_id` string,
  `human` struct<sub:string,login:string,email:string,idp:string>,
  `github_actor` struct<login:string,id:string>,
  `ai` struct<tool:string,session_id:string,model:string>,
  `session_id` string,
  `target` struct<host:string,repo:string,repo_id:string,ref:string,number:bigint>,
  `request` struct<surface:string,operation:string,class:string,intents:array<string>,method:string,path:string,user_agent:string,bytes:bigint,sha256:string,arguments_sha256:string>,
  `response` struct<status:bigint,bytes:bigint,sha256:string,github_request_id:string,duration_ms:bigint,commits:array<string>,pull:bigint>,
  `push` array<struct<ref:string,old:string,new:string,kind:string,commits:bigint,paths:array<string>,path_classes:array<string>,result:string,pack_sha256:string>>,
  `findings` array<struct<rule:string,severity:string,kind:string,path:string,line:bigint,fingerprint:string,allowed_by:string>>,
  `masked` array<struct<rule:string,count:bigint>>,
  `decision` struct<id:string,effect:string,rules:array<string>,policy_version:string,reason:array<string>>,
  `approval` struct<id:string,approvers:array<string>,at:string,digest:string,state:string,reason:string>,
  `lease` struct<id:string,kind:string,token_sha256_b64:string,permissions:map<string,string>,repositories:array<string>,expires:string>,
  `model` struct<api:string,name:string,prompt_sha256:string,prompt_bytes:bigint,answer_sha256:string,answer_bytes:bigint,complete:boolean,request_unparsed:string,answer_unparsed:string,input_tokens:bigint,output_tokens:bigint,cached_tokens:bigint,first_byte_ms:bigint,duration_ms:bigint,calls:array<struct<id:string,name:string,arguments_sha256:string,command_sha256:array<string>,actions:array<struct<verb:string,ref_sha256:array<string>,background:boolean>>>>,results:array<struct<call_id:string,sha256:string,commits:array<string>,pushed:array<struct<ref:string,id:string>>,running:boolean>>,kept:boolean>,
  `process` struct<chain:array<struct<pid:bigint,started:bigint,name:string,script_sha256:string>>,whole:boolean,tool_call_id:string>,
  `trace_id` string,
  `traceparent` string,
  `outcome` string,
  `error` struct<code:string,message:string>,
  `detail` string
)
PARTITIONED BY (`day` string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES ('ignore.malformed.json' = 'false')
LOCATION 's3://AUDIT_BUCKET/events/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.day.type' = 'date',
  'projection.day.format' = 'yyyy-MM-dd',
  'projection.day.range' = '2026-01-01,NOW',
  'projection.day.interval' = '1',
  'projection.day.interval.unit' = 'DAYS',
  'storage.location.template' = 's3://AUDIT_BUCKET/events/day=${day}/'
);

-- The same trail by `holdshort audit export --format parquet`, a file or more for each day, below
-- parquet/day=YYYY-MM-DD/. `refs` and `policies` are JSON arrays: json_parse; `event` is the whole event.
CREATE EXTERNAL TABLE IF NOT EXISTS holdshort.events_parquet (
  `id` string,
  `time` timestamp,
  `type` string,
  `phase` string,
  `code` string,
  `tenant` string,
  `agent_id` string,
  `chain_id` string,
  `seq` bigint,
  `hash` string,
  `correlation_id` string,
  `session_id` string,
  `human_login` string,
  `human_sub` string,
  `assistant` string,
  `repo` string,
  `refs` string,
  `surface` string,
  `operation` string,
  `status` bigint,
  `decision` string,
  `policies` string,
  `outcome` string,
  `event` string
)
PARTITIONED BY (`day` string)
STORED AS PARQUET
LOCATION 's3://AUDIT_BUCKET/parquet/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.day.type' = 'date',
  'projection.day.format' = 'yyyy-MM-dd',
  'projection.day.range' = '2026-01-01,NOW',
  'projection.day.interval' = '1',
  'projection.day.interval.unit' = 'DAYS',
  'storage.location.template' = 's3://AUDIT_BUCKET/parquet/day=${day}/'
);
