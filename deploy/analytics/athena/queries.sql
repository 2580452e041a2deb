-- Who pushed to a repository in the last week. An event may stand twice: count ids, or calls.
SELECT human.login, ai.tool, count(DISTINCT correlation_id) AS pushes
FROM holdshort.events
WHERE day >= date_format(current_date - interval '7' day, '%Y-%m-%d')
  AND type = 'call.write' AND phase = 'outcome' AND target.repo = 'acme/app' AND cardinality(push) > 0
GROUP BY 1, 2;

-- Refs that were rewritten or deleted, by the Parquet export.
SELECT time, human_login, assistant, repo, json_extract_scalar(ref, '$.ref') AS ref, json_extract_scalar(ref, '$.kind') AS kind
FROM holdshort.events_parquet
CROSS JOIN UNNEST(CAST(json_extract(event, '$.push') AS array(json))) AS pushed (ref)
WHERE type = 'call.write' AND phase = 'outcome' AND json_extract_scalar(ref, '$.kind') IN ('force', 'delete');

-- Policies that came into force without any approval.
SELECT json_extract_scalar(detail, '$.policy_version') AS version, max(time) AS activated
FROM holdshort.events
WHERE type IN ('policy.activated', 'policy.reviewed')
GROUP BY 1
HAVING count_if(type = 'policy.activated') > 0
   AND count_if(type = 'policy.reviewed' AND json_extract_scalar(detail, '$.approve') = 'true') = 0;
