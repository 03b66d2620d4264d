import type { ServiceLine } from '@gantry/core/api'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { copy } from '../ui/command.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { logLevelFaces } from '../ui/state.ts'
import { StateChip } from '../ui/state-mark.tsx'
import { clock, type Zone } from '../ui/time.ts'
import { When } from '../ui/when.tsx'
import { lineFields } from './line-fields.ts'

export interface FieldActs {
  onNarrow: (name: string, value: string, isNot: boolean) => void
  onColumn: (name: string) => void
}

/** What a line says of itself, and each of its fields: one leads to lines like it and unlike it. */
export function LineFacts({ line, zone, acts }: { line: ServiceLine; zone: Zone; acts: FieldActs }) {
  const value = (name: string, text: string) => <FieldValue {...{ name, text, acts }} />
  return (
    <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5">
      <Fact name="time">
        {clock(line.at, { zone, millis: true })} <When at={line.at} />
      </Fact>
      <Fact name="level">
        <StateChip face={logLevelFaces[line.level]} />
      </Fact>
      <Fact name="service">
        {value('service', line.service)} in {value('environment', line.environment)}
      </Fact>
      {line.release && (
        <Fact name="release">
          <ReleaseLink id={line.release} />
        </Fact>
      )}
      {line.trace && <Fact name="trace">{value('trace', line.trace)}</Fact>}
      {lineFields(line.fields).map(([name, text], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a name may stand twice, and the fields of a line never change
        <Fact key={index} name={name}>
          {value(name, text)}
        </Fact>
      ))}
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="max-w-40 break-words text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}

function FieldValue({ name, text, acts }: { name: string; text: string; acts: FieldActs }) {
  const choices: [string, () => void][] = [
    ['Only lines with it', () => acts.onNarrow(name, text, false)],
    ['Only lines without it', () => acts.onNarrow(name, text, true)],
    [`Show ${name} as a column`, () => acts.onColumn(name)],
    ['Copy', () => void copy(() => text)],
  ]
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger
        aria-label={`${name} ${text.slice(0, 80)}`}
        className="max-w-full whitespace-pre-wrap break-words text-left font-mono text-12 leading-5 underline decoration-edge decoration-dotted underline-offset-2 hover:bg-sunken"
      >
        {text || '""'}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          collisionPadding={8}
          className="layer z-40 min-w-44 rounded-8 border border-control bg-raised p-1 shadow-layer"
        >
          {choices.map(([said, act]) => (
            <DropdownMenu.Item
              key={said}
              onSelect={act}
              className="row flex cursor-default items-center rounded-4 px-3 outline-none data-[highlighted]:bg-sunken"
            >
              {said}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
