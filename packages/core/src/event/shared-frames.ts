import type { Frame } from './error-event.ts'

type Derived = Map<unknown, unknown>

const shared = new WeakMap<readonly Frame[], Derived>()

/** Says that these frames are of many events: what is made of them alone is made once, see `onceOf`. Nobody changes them. */
export function shareFrames(frames: Frame[]): Frame[] {
  shared.set(frames, new Map())
  return frames
}

/** What that function makes of frames; of those that are shared the answer of the first time. */
export function onceOf<T>(frames: readonly Frame[], make: (frames: readonly Frame[]) => T): T {
  const derived = shared.get(frames)
  if (!derived) return make(frames)
  if (!derived.has(make)) derived.set(make, make(frames))
  return derived.get(make) as T
}
