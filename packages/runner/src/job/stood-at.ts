import type { Annotation, StepState } from '@gantry/core'
import type { ProblemMatcher } from '../output/matcher/problem-matcher.ts'
import type { StepResult } from '../step/step-result.ts'

/** A job just before the step it did not get past: plain data, so that another process can go on there. */
export interface Standstill {
  /** The folder of the job, with its working copy. */
  root: string
  /** Of the step in its job, from 0. */
  place: number
  env: Record<string, string>
  path: string[]
  /** What steps asked to be masked. Secrets of the machine are not among them. */
  masks: string[]
  matchers: (Omit<ProblemMatcher, 'patterns'> & { patterns: StoredPattern[] })[]
  results: Record<string, StepResult>
  /** Of the steps before. */
  steps: StepState[]
  annotations: Annotation[]
  summary?: string
}

export type StoredPattern = Omit<ProblemMatcher['patterns'][number], 'regexp'> & { source: string }
