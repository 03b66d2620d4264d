import { expect, test } from 'vitest'
import { canRun } from './runner.ts'

test('a runner takes a job when it has every label the job asks for, whatever their case', () => {
  const labels = ['self-hosted', 'Linux', 'gpu']
  expect(canRun(labels, ['self-hosted', 'linux'])).toBe(true)
  expect(canRun(labels, ['GPU'])).toBe(true)
  expect(canRun(labels, ['self-hosted', 'arm64'])).toBe(false)
  expect(canRun([], [])).toBe(true)
})

test('a label that ends in a star stands for every label that begins so, and for no other', () => {
  expect(canRun(['ubuntu-*'], ['ubuntu-latest'])).toBe(true)
  expect(canRun(['ubuntu-*'], ['ubuntu'])).toBe(false)
  expect(canRun(['*'], ['anything', 'else'])).toBe(true)
  expect(canRun(['ubuntu-latest'], ['ubuntu-*'])).toBe(false)
})
