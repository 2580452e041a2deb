import { isOwnerName, isPlainRepositoryName, isRepositoryName, splitRepositoryName } from './place-names.js';

describe('names of owners and repositories', () => {
  it.each([
    ['acme', true, false],
    ['ghes.corp.example/acme', true, true], // by its form alone it may be either; no owner has a dot
    ['acme/app', false, true],
    ['ghes.corp.example/acme/app', false, true],
    ['acme/app/x', false, false],
    ['/app', false, false],
    ['', false, false],
  ])('%s', (text, owner, repository) => {
    expect(isOwnerName(text)).toBe(owner);
    expect(isRepositoryName(text)).toBe(repository);
  });

  it('are split at the name of the repository', () => {
    expect(splitRepositoryName('acme/app')).toEqual({ owner: 'acme', name: 'app' });
    expect(splitRepositoryName('ghes.corp.example/acme/app.js')).toEqual({
      owner: 'ghes.corp.example/acme',
      name: 'app.js',
    });
    expect(splitRepositoryName('acme')).toBeUndefined();
  });

  it('of sets and cases have no other characters than GitHub takes', () => {
    expect(isPlainRepositoryName('ghes.corp.example/acme/app')).toBe(true);
    expect(isPlainRepositoryName('acme/app*')).toBe(false);
  });
});
