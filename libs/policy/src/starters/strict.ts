/** Access policies of the starter set "strict", for the names that starter-sets.ts replaces. */
export const STRICT_ACCESS = `// Starter set "strict": assistants prepare, people decide. Nobody changes a protected branch directly, merges by
// assistants wait for two people, the repository set "prod" is written to in working hours and with an approval, and
// what is written where the public can read it waits for security, whoever writes it. Adapt names, hours and numbers.

// ---------- reading ----------

@id("eng-read")
@title("Engineers and their assistants read every repository of acme")
permit (principal in Holdshort::Group::"eng", action in Holdshort::Action::"read", resource in Holdshort::Org::"acme");

@id("security-read")
@title("The security group reads every repository of acme")
permit (principal in Holdshort::Group::"security", action in Holdshort::Action::"read", resource in Holdshort::Org::"acme");

@id("own-account")
@title("Engineers and security read what GitHub says about the account and the API itself")
permit (principal, action in Holdshort::Action::"read", resource is Holdshort::Account)
when { principal in Holdshort::Group::"eng" || principal in Holdshort::Group::"security" };

@id("eng-models")
@title("Assistants of engineers call their model")
permit (principal in Holdshort::Group::"eng", action == Holdshort::Action::"model.call", resource is Holdshort::Account);

// ---------- writing ----------

@id("eng-branches")
@title("Engineers and their assistants create and update branches")
permit (principal in Holdshort::Group::"eng", action in [Holdshort::Action::"ref.create", Holdshort::Action::"ref.update"], resource in Holdshort::Org::"acme")
when { context.push.ref like "refs/heads/*" };

@id("people-tags")
@title("People create tags")
permit (principal is Holdshort::Human in Holdshort::Group::"eng", action == Holdshort::Action::"ref.create", resource in Holdshort::Org::"acme")
when { context.push.ref like "refs/tags/*" };

@id("eng-objects")
@title("Engineers and their assistants upload git and LFS objects")
permit (principal in Holdshort::Group::"eng", action in [Holdshort::Action::"object.write", Holdshort::Action::"lfs.write"], resource in Holdshort::Org::"acme");

@id("eng-collaborate")
@title("Engineers and their assistants work on pull requests and issues")
permit (
  principal in Holdshort::Group::"eng",
  action in [
    Holdshort::Action::"pull.open", Holdshort::Action::"pull.update", Holdshort::Action::"pull.review",
    Holdshort::Action::"issue.write", Holdshort::Action::"comment.write"
  ],
  resource in Holdshort::Org::"acme"
);

@id("eng-merge")
@title("Pull requests are merged; those of assistants after two approvals")
permit (principal in Holdshort::Group::"eng", action == Holdshort::Action::"pull.merge", resource in Holdshort::Org::"acme");

@id("people-run")
@title("People run workflows")
permit (principal is Holdshort::Human in Holdshort::Group::"eng", action == Holdshort::Action::"workflow.run", resource in Holdshort::Org::"acme");

// ---------- refused, whoever permits ----------

@id("deny-protected")
@title("Nobody changes the default branch or a protected one directly")
@message("The default branch and protected branches change by merging a pull request only. Push a topic branch and open a pull request.")
forbid (principal, action in Holdshort::Action::"ref.change", resource)
when { context.push.isDefault || context.push.isProtected };

@id("deny-force-or-delete")
@title("No rewriting or deleting of refs")
@message("Refs are neither force-pushed nor deleted. Add a commit that corrects the earlier one, or start a new branch.")
forbid (principal, action in [Holdshort::Action::"ref.force", Holdshort::Action::"ref.delete"], resource);

@id("deny-secrets")
@title("No secret goes out: in pushes, files, issues, comments or anything else that is written")
@message("The change contains a secret. Remove it from every commit and text that carries it, replace it where it was valid, and try again.")
forbid (principal, action in [Holdshort::Action::"write", Holdshort::Action::"execute", Holdshort::Action::"destructive"], resource)
when { context.findings.contains("secret") || (context has push && context.push.secrets > 0) }
unless { action == Holdshort::Action::"model.call" };

@id("deny-unscanned")
@title("What could not be scanned is not written")
@message("The content could not be scanned for secrets, so it is not written. Send it smaller, in plain text and uncompressed, or in several steps.")
forbid (principal, action in [Holdshort::Action::"write", Holdshort::Action::"execute", Holdshort::Action::"destructive"], resource)
when { context.findings.contains("unscanned") }
unless { action == Holdshort::Action::"model.call" };

@id("deny-large-push")
@title("No push of an assistant over 500 files or 20 MiB")
@message("Pushes of assistants are limited to 500 files and 20 MiB. Split the change, or let the engineer push it.")
forbid (principal is Holdshort::Assistant, action in Holdshort::Action::"ref.change", resource)
when { context.push.files > 500 || context.push.bytes > 20971520 };

@id("deny-administration")
@title("No administration through Holdshort")
@message("Settings, access, keys, webhooks, protection rules and the like are not changed or read through Holdshort. Ask an administrator to do it on GitHub.")
forbid (principal, action in Holdshort::Action::"admin", resource);

@id("deny-destruction")
@title("Nothing is destroyed through Holdshort")
@message("Deleting repositories and packages is not done through Holdshort. Ask an administrator to do it on GitHub.")
forbid (principal, action in Holdshort::Action::"destructive", resource)
unless { action in Holdshort::Action::"ref.change" };

@id("deny-secretful")
@title("No call that touches secrets or security findings")
@message("Secrets and security findings are neither read nor written through Holdshort. Ask the security group for what you need.")
forbid (principal, action in Holdshort::Action::"secretful", resource);

@id("deny-assistant-run")
@title("Assistants run no workflows and deploy nothing")
@message("Assistants may not start, repeat or approve workflow runs or deployments. Ask the engineer of the session to start it.")
forbid (principal is Holdshort::Assistant, action in [Holdshort::Action::"workflow.run", Holdshort::Action::"deployment.write", Holdshort::Action::"codespace.use"], resource);

@id("deny-prod-after-hours")
@title("The set prod changes from Monday to Friday, 7 to 19 h, only")
@message("Repositories of the set prod change from Monday to Friday between 7 and 19 h only. Come back then; in an emergency an administrator can open the way for this session.")
forbid (principal, action in [Holdshort::Action::"write", Holdshort::Action::"execute", Holdshort::Action::"destructive"], resource in Holdshort::RepoSet::"prod")
when { context.local.weekday > 5 || context.local.hour < 7 || context.local.hour >= 19 }
unless { context.session.breakGlass || action == Holdshort::Action::"model.call" };

// ---------- held for people ----------

@id("hold-workflow-change")
@title("Workflow changes, and changes that could not be read whole, wait for two of security")
@effect("hold") @gate("workflow-change") @approvers("security") @count("2") @exclude("owner,author") @expires("24h")
@message("Changes of workflows, code owners, instructions for assistants, git's own settings or files that hold secrets, and changes whose files cannot be told, need the approval of two members of security.")
forbid (principal, action in [Holdshort::Action::"write", Holdshort::Action::"destructive"], resource)
when { context has push && context.push.pathClasses.containsAny(["workflow", "codeowners", "agent-instructions", "git-config", "secret-file", "unknown"]) }
unless { context.gates.contains(Holdshort::Gate::"workflow-change") };

@id("hold-hidden-text")
@title("Text that readers do not see, and what may be a secret, wait for security")
@effect("hold") @gate("content") @approvers("security") @count("1") @exclude("owner") @expires("24h")
@message("The change contains text that a reader does not see, or something that looks like a secret. Remove it, or get the approval of one member of security.")
forbid (principal, action in [Holdshort::Action::"write", Holdshort::Action::"execute", Holdshort::Action::"destructive"], resource)
when { context.findings.containsAny(["hidden-text", "secret-warning"]) }
unless { context.gates.contains(Holdshort::Gate::"content") || action == Holdshort::Action::"model.call" };

@id("hold-assistant-merge")
@title("Merges by assistants wait for two engineers")
@effect("hold") @gate("merge") @approvers("eng") @count("2") @exclude("owner") @expires("72h")
@message("A merge by an assistant needs the approval of two engineers other than the session's own.")
forbid (principal is Holdshort::Assistant, action == Holdshort::Action::"pull.merge", resource)
unless { context.gates.contains(Holdshort::Gate::"merge") };

@id("hold-prod-write")
@title("What assistants write to the set prod waits for an engineer")
@effect("hold") @gate("prod-write") @approvers("eng") @count("1") @exclude("owner") @expires("24h")
@message("What an assistant writes to a repository of the set prod needs the approval of one engineer other than the session's own.")
forbid (principal is Holdshort::Assistant, action in Holdshort::Action::"write", resource in Holdshort::RepoSet::"prod")
unless { context.gates.contains(Holdshort::Gate::"prod-write") };

@id("hold-tainted-publication")
@title("What is written in public after private repositories were read waits for security")
@effect("hold") @gate("publication") @approvers("security") @count("1") @exclude("owner") @expires("24h")
@message("This session has read a private repository, and what it writes here can be read by everybody. It needs the approval of one member of security. Work that needs no private repository goes through in a session of its own.")
forbid (principal, action in [Holdshort::Action::"write", Holdshort::Action::"execute"], resource)
when { context.session.tainted && context.toPublic }
unless { context.gates.contains(Holdshort::Gate::"publication") || action == Holdshort::Action::"model.call" };

// ---------- limits ----------

@id("cap-session-writes")
@title("A session writes at most 60 times an hour")
@message("This session has written 60 times within an hour. Wait, or let the engineer look at what it does.")
forbid (principal, action in [Holdshort::Action::"write", Holdshort::Action::"execute", Holdshort::Action::"destructive"], resource)
when { context.usage.session.writes >= 60 }
unless { action == Holdshort::Action::"model.call" };

@id("cap-engineer-writes")
@title("All sessions of an engineer write at most 240 times an hour")
@message("The sessions of this engineer have written 240 times within an hour. Wait, or close those that are not needed.")
forbid (principal, action in [Holdshort::Action::"write", Holdshort::Action::"execute", Holdshort::Action::"destructive"], resource)
when { context.usage.engineer.writes >= 240 }
unless { action == Holdshort::Action::"model.call" };

@id("cap-session-pushes")
@title("A session pushes at most 30 times an hour")
@message("This session has pushed 30 times within an hour. Collect the changes, and push them together later.")
forbid (principal, action in Holdshort::Action::"ref.change", resource)
when { context.usage.session.pushes >= 30 };

@id("cap-session-files")
@title("A session changes at most 2,000 files an hour")
@message("This session has changed 2,000 files within an hour. Wait, or let the engineer push the change.")
forbid (principal, action in Holdshort::Action::"ref.change", resource)
when { context.usage.session.files >= 2000 };

@id("cap-session-bytes")
@title("A session pushes at most 200 MiB an hour")
@message("This session has pushed 200 MiB within an hour. Wait, or let the engineer push the change.")
forbid (principal, action in Holdshort::Action::"ref.change", resource)
when { context.usage.session.bytes >= 209715200 };

@id("cap-session-branches")
@title("A session creates at most 20 branches an hour")
@message("This session has created 20 branches within an hour. Use one of them.")
forbid (principal, action == Holdshort::Action::"ref.create", resource)
when { context.usage.session.branches >= 20 };

@id("cap-session-pulls")
@title("A session opens at most 10 pull requests an hour")
@message("This session has opened 10 pull requests within an hour. Wait until people have read some of them.")
forbid (principal, action == Holdshort::Action::"pull.open", resource)
when { context.usage.session.pulls >= 10 };
`;

/** Obligations of the starter set "strict". */
export const STRICT_OBLIGATIONS = `// What an allowed call is bound to. Every policy is a permit; the strictest of each kind counts.

@id("token-life")
@title("Credentials live five minutes")
@obligation("token") @ttl("300")
permit (principal, action, resource);

@id("mask-secrets")
@title("Assistants see no secrets in what they read as files, fields, logs and results of tools")
@obligation("mask") @detectors("secrets")
permit (principal is Holdshort::Assistant, action in Holdshort::Action::"read", resource)
when {
  ["rest", "graphql", "mcp"].contains(context.surface) ||
  ["download/raw", "download/gist", "download/wiki", "download/redirected"].contains(context.operation)
};

// Packs cannot be masked: with this obligation for the surface "git" as well, assistants could clone nothing.

@id("cache-read")
@title("The same read is decided once in ten seconds")
@obligation("cache") @seconds("10")
permit (principal, action in Holdshort::Action::"read", resource);

@id("cache-model")
@title("A call to a model is decided once in 30 seconds, while nothing counts calls")
@obligation("cache") @seconds("30")
permit (principal, action == Holdshort::Action::"model.call", resource is Holdshort::Account);
`;
