-- Everything of a session, in order.
SELECT time, type, phase, operation, repo, outcome
FROM holdshort.events FINAL
WHERE session_id = {session:String}
ORDER BY time;

-- Who pushed to a repository in the last week.
SELECT human_login, assistant, count() AS pushes, max(time) AS last
FROM holdshort.events FINAL
WHERE repo = {repo:String} AND type = 'call.write' AND phase = 'outcome' AND operation = 'git/receive-pack'
  AND time > now() - INTERVAL 7 DAY
GROUP BY human_login, assistant
ORDER BY pushes DESC;

-- Gaps: chains of which fewer records came than their last number says.
SELECT chain_id, any(agent_id) AS agent, max(seq) AS last, uniqExact(seq) AS records
FROM holdshort.events FINAL
GROUP BY chain_id
HAVING records < last
ORDER BY last - records DESC;

-- Sessions that got a credential a quarter of an hour ago, and of which no call came in a day.
SELECT session_id, any(human_login) AS engineer, maxIf(time, type = 'lease.issued') AS leased
FROM holdshort.events FINAL
WHERE session_id != '' AND (type = 'lease.issued' OR startsWith(type, 'call.')) AND time > now() - INTERVAL 1 DAY
GROUP BY session_id
HAVING countIf(type = 'lease.issued') > 0 AND leased < now() - INTERVAL 15 MINUTE
   AND countIf(startsWith(type, 'call.')) = 0;

-- Policies that came into force without any approval.
SELECT JSONExtractString(event, 'detail', 'policy_version') AS version, max(time) AS activated
FROM holdshort.events FINAL
WHERE type IN ('policy.activated', 'policy.reviewed')
GROUP BY version
HAVING countIf(type = 'policy.activated') > 0
   AND countIf(type = 'policy.reviewed' AND JSONExtractBool(event, 'detail', 'approve')) = 0;
