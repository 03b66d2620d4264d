import { describe, expect, it } from 'vitest'
import type { Config } from '../config/config.ts'
import { type GitHubJob, grantOfGitHubJob } from './grant-of-job.ts'

const environments = { staging: { on: 'main' }, production: { from: 'staging' }, preview: { on: 'next' } }
const config = { environments } as unknown as Config
const trusted = { repository: 'acme/shop', repositoryId: 42 }

const file = (name: string, ref: string, repository = 'acme/shop') => `${repository}/.github/workflows/${name}@${ref}`
const job = (over: Partial<GitHubJob> = {}): GitHubJob => {
  const ref = over.ref ?? 'refs/heads/main'
  return {
    ...{ repository: 'acme/shop', repositoryId: 42, ref, sha: 'a'.repeat(40), event: 'push', runId: 1, runAttempt: 1 },
    ...{ workflow: file('deploy.yml', ref), actor: 'ana', actorId: 11, environment: null },
    ...over,
  }
}
const scopes = (over: Partial<GitHubJob>, asked: string | null = null) => {
  const grant = grantOfGitHubJob(job(over), trusted, config, { environment: asked })
  return grant.kind === 'granted' ? grant.scopes : grant.because
}

describe('a job on GitHub', () => {
  it('of a branch that leads to environments records releases, and deploys to the one it is of', () => {
    expect(scopes({})).toEqual(['read', 'release'])
    expect(scopes({ environment: 'staging' })).toEqual(['read', 'release', 'deploy:staging'])
    expect(scopes({ environment: 'production', event: 'workflow_dispatch' }, 'production')).toEqual([
      ...['read', 'release', 'deploy:production'],
    ])
  })

  it('of any other branch or tag looks, and nothing else', () => {
    for (const ref of ['refs/heads/fix', 'refs/tags/main', 'refs/heads/main2', 'refs/heads/Main', 'refs/heads/x/main'])
      expect(scopes({ ref, environment: 'production' })).toEqual(['read'])
    for (const ref of ['main', 'refs/heads/main/', 'refs/heads/../heads/main', ' refs/heads/main', 'refs/pull/1/merge'])
      expect(scopes({ ref, environment: 'production' })).toEqual(['read'])
  })

  it('rolls back where its file undoes and somebody started it, and does not deploy there', () => {
    const undo = { workflow: file('rollback.yml', 'refs/heads/main'), environment: 'production' }
    expect(scopes({ ...undo, event: 'workflow_dispatch' })).toEqual(['read', 'release', 'rollback:production'])
    expect(scopes({ ...undo, event: 'push' })).toEqual(['read', 'release', 'deploy:production'])
  })

  it.each([
    ['another repository', { repository: 'eve/shop' }, 'it is of eve/shop'],
    ['a repository that took the name', { repositoryId: 43 }, 'another repository than the one of that name'],
    ['a pull request', { event: 'pull_request', ref: 'refs/pull/7/merge' }, 'pull_request'],
    ['a pull request on the base branch', { event: 'pull_request_target' }, 'pull_request_target'],
    ['a comment', { event: 'issue_comment' }, 'issue_comment'],
    ['a run that follows another', { event: 'workflow_run' }, 'workflow_run'],
    ['a file of another repository', { workflow: file('deploy.yml', 'refs/heads/main', 'eve/shop') }, 'workflow file'],
    ['a file of another ref', { workflow: file('deploy.yml', 'refs/heads/evil') }, 'workflow file'],
    ['no file at all', { workflow: '' }, 'workflow file'],
  ] satisfies [string, Partial<GitHubJob>, string][])('of %s gets nothing', (_, over, why) => {
    expect(scopes({ environment: 'production', ...over })).toContain(why)
  })

  it('GitHub writes names of repositories in any case', () => {
    const over = { repository: 'Acme/Shop', workflow: file('deploy.yml', 'refs/heads/main', 'ACME/shop') }
    expect(scopes({ ...over, environment: 'staging' })).toContain('deploy:staging')
  })

  it.each([
    ['without one of its own', {}, 'production', 'the job has no `environment:`'],
    ['of another', { environment: 'staging' }, 'production', 'of the environment staging'],
    ['in other letters', { environment: 'Production' }, 'production', 'of the environment Production'],
    ['that its branch does not lead to', { environment: 'preview' }, 'preview', 'leads to staging and production'],
    ['that there is not', { environment: 'constructor' }, 'constructor', 'leads to staging and production'],
  ] satisfies [string, Partial<GitHubJob>, string, string][])(
    'that asks for an environment %s is refused',
    (_, over, asked, why) => {
      expect(scopes(over, asked)).toContain(why)
    },
  )

  describe('that names the place of previews', () => {
    const withPreviews = { environments: { staging: { on: 'main' } }, previews: {} } as unknown as Config
    const [pull, main] = ['refs/pull/7/merge', 'refs/heads/main']
    const own = (over: Partial<GitHubJob>, asked: string | null = null, of: Config | null = withPreviews) =>
      grantOfGitHubJob(job({ environment: 'preview', ...over }), trusted, of, { environment: asked })
    const ofPull = { event: 'pull_request', ref: pull, workflow: file('preview.yml', pull) }
    const dispatched = { event: 'workflow_dispatch', workflow: file('preview.yml', main) }

    it('deploys to the preview of its own pull request, once that was looked at, and records no release', () => {
      expect(own(ofPull)).toEqual({ kind: 'granted', scopes: ['read', 'deploy:pr-7'], pull: 7 })
      expect(own(ofPull, 'pr-7')).toMatchObject({ kind: 'granted', pull: 7 })
      expect(own(ofPull, 'pr-8')).toEqual({ kind: 'refused', because: 'it asks for pr-8, and is of pr-7' })
      expect(own(ofPull, 'staging')).toMatchObject({ kind: 'refused' })
    })

    it('removes that of a request that was merged, whose ref is the branch it was merged into, once that was looked at', () => {
      const merged = { event: 'pull_request', ref: main, workflow: file('preview.yml', main) }
      const grant = { kind: 'granted', scopes: ['read', 'deploy:pr-7'], pull: 7, isMerged: true }
      expect(own(merged, 'pr-7')).toEqual(grant)
      expect(own(merged)).toMatchObject({ because: 'it asks for no environment, and its ref is of no pull request' })
      expect(own(merged, 'staging')).toMatchObject({ kind: 'refused', because: expect.stringContaining('staging') })
      expect(own({ ...merged, environment: null }, 'pr-7')).toMatchObject({ kind: 'refused' })
      expect(own({ ...merged, workflow: file('preview.yml', pull) }, 'pr-7')).toMatchObject({ kind: 'refused' })
    })

    it('carries on with any of them when Gantry started it on a deployed branch', () => {
      expect(own(dispatched, 'pr-8')).toEqual({ kind: 'granted', scopes: ['read', 'deploy:pr-8'] })
      const ref = 'refs/heads/mine'
      const mine = { ...dispatched, ref, workflow: file('preview.yml', ref) }
      expect(own(mine, 'pr-8')).toEqual({ kind: 'refused', because: 'refs/heads/mine leads to no environment' })
      expect(own({ ...dispatched, workflow: file('deploy.yml', main) }, 'pr-8')).toMatchObject({ kind: 'refused' })
    })

    it('gets nothing where the config has no previews, and by the file of another ref', () => {
      expect(own(ofPull, null, config)).toMatchObject({
        kind: 'refused',
        because: expect.stringContaining('pull_request'),
      })
      expect(own(ofPull, null, null)).toMatchObject({ kind: 'refused' })
      expect(own({ ...ofPull, workflow: file('preview.yml', main) })).toMatchObject({ kind: 'refused' })
      expect(own({ ...ofPull, event: 'pull_request_target' })).toMatchObject({ kind: 'refused' })
    })
  })

  it('looks before the project has a config, and nothing else', () => {
    const grant = grantOfGitHubJob(job({ environment: 'production' }), trusted, null, { environment: null })
    expect(grant).toEqual({ kind: 'granted', scopes: ['read'] })
  })

  it('that somebody started who may not do it here is refused, and who is nobody here may', () => {
    const undo = { workflow: file('rollback.yml', 'refs/heads/main'), environment: 'production' }
    const started = (over: Partial<GitHubJob>, starter?: 'viewer' | 'developer' | 'release-manager' | null) => {
      const asked = { environment: null, ...(starter !== undefined && { starter }) }
      const grant = grantOfGitHubJob(job({ event: 'workflow_dispatch', ...over }), trusted, config, asked)
      return grant.kind === 'granted' ? grant.scopes.at(-1) : grant.because
    }
    expect(started(undo, 'developer')).toBe('ana started it, who is a developer, and may not roll back here')
    expect(started(undo, null)).toContain('who belongs to the project no more')
    expect(started(undo, 'release-manager')).toBe('rollback:production')
    expect(started(undo)).toBe('rollback:production')
    expect(started({ environment: 'staging' }, 'viewer')).toContain('may not deploy here')
    expect(started({ environment: 'staging' }, 'developer')).toBe('deploy:staging')
    // Whoever pushes was let in by the branch, and what is deployed is approved by others.
    expect(started({ environment: 'staging', event: 'push' }, 'viewer')).toBe('deploy:staging')
    expect(started({}, 'viewer')).toBe('release')
  })
})
