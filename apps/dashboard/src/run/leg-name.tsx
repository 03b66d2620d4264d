import type { JobName } from './leg-names.ts'

/** `integration  shard 3 of 40`: what the legs share is quiet, what they differ by is read. */
export function LegName({ name, leg }: JobName) {
  if (leg === null) return name
  return (
    <>
      <span className="text-muted">{name}</span> {leg}
    </>
  )
}
