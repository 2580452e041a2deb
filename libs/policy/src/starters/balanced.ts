/** Access policies of the starter set "balanced", for the names that starter-sets.ts replaces. */
export const BALANCED_ACCESS = `// Starter set "balanced": what engineers of acme and their assistants may do on GitHub.
// Assistants work on topic branches; people merge; nobody administers through Holdshort. What assistants write where
// the public can read it waits for people once the session has read something private.

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

@id("eng-tags")
@title("Engineers and their assistants create tags")
permit (principal in Holdshort::Group::"eng", action == Holdshort::Action::"ref.create", resource in Holdshort::Org::"acme")
when { context.push.ref like "refs/tags/*" };

@id("eng-wip")
@title("Branches under wip/ may be rewritten and deleted")
permit (principal in Holdshort::Group::"eng", action in [Holdshort::Action::"ref.force", Holdshort::Action::"ref.delete"], resource in Holdshort::Org::"acme")
when { context.push.ref like "refs/heads/wip/*" };

@id("eng-objects")
@title("Engineers and their assistants upload git and LFS objects")
permit (principal in Holdshort::Group::"eng", action in [Holdshort::Action::"object.write", Holdshort::Action::"lfs.write"], resource in Holdshort::Org::"acme");

@id("eng-wikis")
@title("Engineers and their assistants edit the wikis of private repositories")
permit (principal in Holdshort::Group::"eng", action == Holdshort::Action::"wiki.write", resource is Holdshort::Repo in Holdshort::Org::"acme")
when { resource.visibility == "private" };

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
@title("Pull requests are merged; those of assistants after an approval")
permit (principal in Holdshort::Group::"eng", action == Holdshort::Action::"pull.merge", resource in Holdshort::Org::"acme");

@id("people-release-and-run")
@title("People run workflows, publish releases and push container images")
permit (principal is Holdshort::Human in Holdshort::Group::"eng", action in [Holdshort::Action::"workflow.run", Holdshort::Action::"release.write", Holdshort::Action::"package.write"], resource in Holdshort::Org::"acme");

// ---------- refused, whoever permits ----------

@id("deny-assistant-protected")
@title("Assistants never change the default branch or a protected one")
@message("Assistants may not change the default branch or a protected branch, by push or by API. Push a topic branch and open a pull request.")
forbid (principal is Holdshort::Assistant, action in Holdshort::Action::"ref.change", resource)
when { context.push.isDefault || context.push.isProtected };

@id("deny-force-or-delete")
@title("No rewriting or deleting outside wip/")
@message("Refs may be force-pushed or deleted under refs/heads/wip/ only. Add a commit that corrects the earlier one, or start a new branch.")
forbid (principal, action in [Holdshort::Action::"ref.force", Holdshort::Action::"ref.delete"], resource)
unless { context.push.ref like "refs/heads/wip/*" && !context.push.isDefault && !context.push.isProtected };

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

// ---------- held for people ----------

@id("hold-workflow-change")
@title("Workflow changes, and changes that could not be read whole, wait for security")
@effect("hold") @gate("workflow-change") @approvers("security") @count("1") @exclude("owner") @expires("24h")
@message("Changes under .github/workflows, and changes whose files cannot be told, need the approval of one member of security.")
forbid (principal, action in [Holdshort::Action::"write", Holdshort::Action::"destructive"], resource)
when { context has push && context.push.pathClasses.containsAny(["workflow", "unknown"]) }
unless { context.gates.contains(Holdshort::Gate::"workflow-change") };

@id("hold-hidden-text")
@title("Text that readers do not see waits for security")
@effect("hold") @gate("hidden-text") @approvers("security") @count("1") @exclude("owner") @expires("24h")
@message("The change contains text that a reader does not see (invisible or direction-changing characters). Remove it, or get the approval of one member of security.")
forbid (principal, action in [Holdshort::Action::"write", Holdshort::Action::"execute", Holdshort::Action::"destructive"], resource)
when { context.findings.contains("hidden-text") }
unless { context.gates.contains(Holdshort::Gate::"hidden-text") || action == Holdshort::Action::"model.call" };

@id("hold-assistant-merge")
@title("Merges by assistants wait for an engineer")
@effect("hold") @gate("merge") @approvers("eng") @count("1") @exclude("owner") @expires("72h")
@message("A merge by an assistant needs the approval of one engineer other than the session's own.")
forbid (principal is Holdshort::Assistant, action == Holdshort::Action::"pull.merge", resource)
unless { context.gates.contains(Holdshort::Gate::"merge") };

@id("hold-tainted-publication")
@title("What an assistant that has read private repositories writes in public waits for security")
@effect("hold") @gate("publication") @approvers("security") @count("1") @exclude("owner") @expires("24h")
@message("This session has read a private repository, and what it writes here can be read by everybody. It needs the approval of one member of security. Work that needs no private repository goes through in a session of its own.")
forbid (principal, action in [Holdshort::Action::"write", Holdshort::Action::"execute"], resource)
when { context.session.tainted && context.toPublic }
unless { principal is Holdshort::Human || context.gates.contains(Holdshort::Gate::"publication") || action == Holdshort::Action::"model.call" };

// ---------- limits ----------

@id("cap-assistant-writes")
@title("An assistant writes at most 600 times an hour")
@message("This session has written 600 times within an hour, which is more than work needs. Stop, and look at what it does.")
forbid (principal, action in [Holdshort::Action::"write", Holdshort::Action::"execute", Holdshort::Action::"destructive"], resource)
when { context.usage.session.writes >= 600 }
unless { principal is Holdshort::Human || action == Holdshort::Action::"model.call" };
`;

/** Obligations of the starter set "balanced". */
export const BALANCED_OBLIGATIONS = `// What an allowed call is bound to. Every policy is a permit; the strictest of each kind counts.

@id("token-life")
@title("Credentials live ten minutes")
@obligation("token") @ttl("600")
permit (principal, action, resource);

@id("cache-read")
@title("The same read is decided once in 30 seconds")
@obligation("cache") @seconds("30")
permit (principal, action in Holdshort::Action::"read", resource);

@id("cache-model")
@title("A call to a model is decided once in a minute, while nothing counts calls")
@obligation("cache") @seconds("60")
permit (principal, action == Holdshort::Action::"model.call", resource is Holdshort::Account);
`;
