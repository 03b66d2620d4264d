/** Where a secret or variable holds: `environment` null is the whole repository. One of an environment wins over it. */
export interface ValuePlace {
  project: string
  environment: string | null
  name: string
}

/** A secret as it rests: sealed with the key that has that id. */
export interface SealedSecret extends ValuePlace {
  keyId: string
  sealed: string
  /** Given to runs of pull requests and of any branch as well, whose files anybody may have written. Of the repository only. */
  isForAnyBranch: boolean
  updatedAt: string
  updatedBy: string
  /** Raised by each write. */
  version: number
}

export interface Variable extends ValuePlace {
  value: string
  updatedAt: string
  updatedBy: string
}

/** Values by name, by where they were set. */
export interface ScopedValues {
  repository: Record<string, string>
  environment: Record<string, string>
}

/** What is set for a job: `secrets.*` and `vars.*`. */
export interface JobValues {
  secrets: ScopedValues
  vars: ScopedValues
}

/** Nothing is set. */
export const noJobValues: JobValues = {
  secrets: { repository: {}, environment: {} },
  vars: { repository: {}, environment: {} },
}

/** As an expression sees them. */
export const togetherIn = ({ repository, environment }: ScopedValues): Record<string, string> => ({
  ...repository,
  ...environment,
})
