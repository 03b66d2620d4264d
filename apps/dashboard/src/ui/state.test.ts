import { expect, test } from 'vitest'
import { cellFace, deploymentFaces, healthFaces, runFace, stepFace } from './state.ts'

const cell = { health: 'healthy', release: 'a'.repeat(40), deploymentState: 'live' } as const

test('never draws unknown as ok', () => {
  expect(healthFaces.unknown.role).toBe('unknown')
  expect(cellFace({ ...cell, health: 'unknown' }).role).toBe('unknown')
  expect(cellFace({ ...cell, release: null }).word).toBe('nothing deployed')
  expect(cellFace(cell, { isStale: true })).toMatchObject({ role: 'unknown', word: 'stale' })
})

test('a run that died before it could report is not green', () => {
  expect(runFace({ status: 'completed' }).role).toBe('unknown')
  expect(runFace({ status: 'completed', conclusion: 'success' }).role).toBe('ok')
  expect(runFace({ status: 'in_progress' })).toMatchObject({ role: 'waiting', icon: 'spinner' })
})

test('an ignored failure is neither green nor red', () => {
  expect(stepFace({ status: 'completed', outcome: 'failure', conclusion: 'success' }).role).toBe('warn')
  expect(stepFace({ status: 'completed', outcome: 'failure', conclusion: 'failure' }).role).toBe('bad')
})

test('a cell says what moves before how it does', () => {
  expect(cellFace({ ...cell, deploymentState: 'verifying' })).toBe(deploymentFaces.verifying)
  expect(cellFace({ ...cell, health: 'worse' })).toMatchObject({ role: 'bad', word: 'live · worse' })
  expect(cellFace(cell)).toMatchObject({ role: 'ok', word: 'live' })
})
