import {
  CircleCheck,
  CircleDashed,
  Clock,
  LoaderCircle,
  type LucideIcon,
  OctagonX,
  Sparkle,
  TrendingUp,
  TriangleAlert,
  Undo2,
} from 'lucide-react'
import type { Face, IconName, Role } from './state.ts'

const icons: Record<IconName, LucideIcon> = {
  check: CircleCheck,
  triangle: TriangleAlert,
  octagon: OctagonX,
  clock: Clock,
  spinner: LoaderCircle,
  dashed: CircleDashed,
  star: Sparkle,
  back: Undo2,
  up: TrendingUp,
}

export const roleText: Record<Role, string> = {
  ok: 'text-ok',
  warn: 'text-warn',
  bad: 'text-bad',
  waiting: 'text-waiting',
  unknown: 'text-unknown',
}

export const roleTint: Record<Role, string> = {
  ok: 'bg-ok-tint',
  warn: 'bg-warn-tint',
  bad: 'bg-bad-tint',
  waiting: 'bg-waiting-tint',
  unknown: 'bg-unknown-tint',
}

export const roleSolid: Record<Role, string> = {
  ok: 'bg-ok-solid',
  warn: 'bg-warn-solid',
  bad: 'bg-bad-solid',
  waiting: 'bg-waiting-solid',
  unknown: 'bg-unknown-solid',
}

export function StateIcon({ face, size = 16 }: { face: Face; size?: number }) {
  const Icon = icons[face.icon]
  return (
    <Icon
      aria-hidden
      size={size}
      className={`shrink-0 ${roleText[face.role]} ${face.icon === 'spinner' ? 'turning' : ''}`}
    />
  )
}

/** Icon and word; with `quiet` the word is there for ears only. */
export function StateMark({ face, quiet = false }: { face: Face; quiet?: boolean }) {
  return (
    <span className={`inline-flex items-center gap-1.5 whitespace-nowrap font-semibold ${roleText[face.role]}`}>
      <StateIcon face={face} />
      <span className={quiet ? 'sr-only' : undefined}>{face.word}</span>
    </span>
  )
}

/** With `small` there is no room for the word on a phone; it stays there for ears. */
export function StateChip({ face, small = false }: { face: Face; small?: boolean }) {
  return (
    <span
      className={`inline-flex items-center gap-1 whitespace-nowrap rounded-4 px-1.5 py-0.5 font-semibold text-12 ${roleText[face.role]} ${roleTint[face.role]}`}
    >
      <StateIcon face={face} size={13} />
      <span className={small ? 'max-md:sr-only' : undefined}>{face.word}</span>
    </span>
  )
}
