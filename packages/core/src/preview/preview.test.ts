import { expect, test } from 'vitest'
import { Config } from '../config/config.ts'
import {
  commitOfRelease,
  isPreview,
  isPreviewRelease,
  isPreviewWorkflow,
  previewNumber,
  previewRelease,
} from './preview.ts'
import { isPreviewJob, previewOfJob, previewOfRef } from './preview-job.ts'

const sha = 'a'.repeat(40)

test.each(['pr-0', 'pr-', 'pr-1234567890', 'pr-1x', 'xpr-1', 'staging', 'preview', 'pr-01'])(
  '%s is no preview',
  environment => {
    expect([isPreview(environment), previewNumber(environment)]).toEqual([false, null])
  },
)

test('a preview says its number, and its release its commit', () => {
  expect([isPreview('pr-12'), previewNumber('pr-12')]).toEqual([true, 12])
  expect(previewRelease(sha, 12)).toBe(`${sha}-pr-12`)
  expect([isPreviewRelease(`${sha}-pr-12`), isPreviewRelease(sha)]).toEqual([true, false])
  expect([commitOfRelease(`${sha}-pr-12`), commitOfRelease(sha)]).toEqual([sha, sha])
})

const config = (previews = true) =>
  Config.parse({
    project: 'shop',
    services: { web: { path: '.', deploy: { provider: 'local' } } },
    environments: { staging: { on: 'main' } },
    ...(previews && { previews: {} }),
  })
const run = (event: string, ref: string, inputs = {}, workflowPath = '.github/workflows/preview.yml') => ({
  ...{ event, ref, inputs, workflowPath },
})
const job = { environment: 'preview' }
const ofPull = run('pull_request', 'refs/pull/12/merge')
const carryingOn = (environment: unknown, ref = 'refs/heads/main') => run('workflow_dispatch', ref, { environment })

test('a job of a pull request that names the place of previews is for its own, where the config has them', () => {
  expect(previewOfJob(job, ofPull, config())).toBe('pr-12')
  expect(isPreviewJob(job, ofPull, config())).toBe(true)
  expect(previewOfJob({ environment: 'staging' }, ofPull, config())).toBeNull()
  expect(previewOfJob({}, ofPull, config())).toBeNull()
  expect(previewOfJob(job, ofPull, config(false))).toBeNull()
  expect(previewOfJob(job, ofPull, null)).toBeNull()
  expect(previewOfJob(job, run('pull_request_target', 'refs/pull/12/merge'), config())).toBeNull()
  for (const ref of ['refs/heads/main', 'refs/pull/0/merge', 'refs/pull/12/head']) expect(previewOfRef(ref)).toBeNull()
})

test('one that Gantry started on a deployed branch is for the one it was started for', () => {
  expect(previewOfJob(job, carryingOn('pr-7'), config())).toBe('pr-7')
  expect(previewOfJob(job, carryingOn('staging'), config())).toBeNull()
  expect(previewOfJob(job, carryingOn(7), config())).toBeNull()
  expect(previewOfJob(job, carryingOn('pr-7', 'refs/heads/mine'), config())).toBeNull()
  const other = { ...carryingOn('pr-7'), workflowPath: '.github/workflows/deploy.yml' }
  expect(previewOfJob(job, other, config())).toBeNull()
  expect(isPreviewWorkflow('preview.yaml')).toBe(true)
})
