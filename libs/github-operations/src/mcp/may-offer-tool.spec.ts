import { mayOfferTool } from './may-offer-tool.js';
import { TOOLS } from './tools.js';

const offered = (...permitted: string[]): string[] =>
  [...TOOLS.keys()].filter((name) => mayOfferTool(name, new Set(permitted)));

describe('mayOfferTool', () => {
  it('offers nothing where nothing is permitted, and never a tool that is not in the table', () => {
    expect(offered()).toEqual([]);
    expect(mayOfferTool('format_disk', new Set(['repo.read', 'ref.update']))).toBe(false);
  });

  it('offers a tool when all intents of one way are permitted', () => {
    expect(offered('repo.read')).toEqual(expect.arrayContaining(['get_file_contents', 'search_code']));
    expect(offered('repo.read')).not.toContain('push_files');
    expect(offered('ref.update')).toEqual(
      expect.arrayContaining(['push_files', 'create_or_update_file', 'delete_file']),
    );
    // its other ways run checks and statuses, but one of them only reads the pull request
    expect(offered('pull.read')).toContain('pull_request_read');
    // a job for the coding agent is a write to the issue and a run
    expect(offered('issue.write')).not.toContain('assign_copilot_to_issue');
    expect(offered('issue.write', 'workflow.run')).toContain('assign_copilot_to_issue');
  });

  it('leaves no tool out for good', () => {
    const all = [...TOOLS.values()].length;
    const everything = new Set<string>(
      'repo.read metadata.read account.read pull.read issue.read workflow.read check.read status.read deployment.read package.read security.read admin.read secret.read ref.create ref.update pull.open pull.update pull.review pull.merge issue.write comment.write discussion.write project.read project.write gist.write social.write repo.fork repo.create repo.admin repo.delete protection.update workflow.run workflow.admin org.admin'.split(
        ' ',
      ),
    );
    expect([...TOOLS.keys()].filter((name) => mayOfferTool(name, everything))).toHaveLength(all);
  });
});
