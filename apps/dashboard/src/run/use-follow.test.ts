import { expect, test } from 'vitest'
import { done, mounted } from '../testing/page.ts'
import { useFollow } from './use-follow.ts'

const line = 20
const window = 100

/** A list of lines of 20 px in a window of 100. */
function log(first: number, startsOn = true) {
  let size = first
  let isLive = startsOn
  let top = 0
  const element = {
    clientHeight: window,
    get scrollHeight() {
      return size * line
    },
    get scrollTop() {
      return top
    },
    set scrollTop(to: number) {
      top = Math.max(0, Math.min(to, size * line - window))
    },
  }
  const scroller = { current: element as unknown as HTMLElement }
  const hook = mounted(() => useFollow({ scroller, size, startsOn: isLive }))
  return {
    hook,
    isAtEnd: () => top === Math.max(0, size * line - window),
    top: () => top,
    grows(by: number) {
      size += by
      hook.again()
    },
    goesLive() {
      isLive = true
      hook.again()
    },
    /** As a person does: the browser tells of it. */
    scrolls(to: number) {
      element.scrollTop = to
      done(hook.now.onScroll)
      hook.again()
    },
    draws: hook.again,
  }
}

test('keeps the end in view while lines come', () => {
  const it = log(50)
  expect([it.hook.now.isOn, it.isAtEnd()]).toEqual([true, true])
  it.grows(30)
  expect([it.isAtEnd(), it.hook.now.unseen]).toEqual([true, 0])
})

test('stops when the reader scrolls up, and counts what comes from then on', () => {
  const it = log(50)
  it.scrolls(900)
  it.scrolls(400)
  expect([it.hook.now.isOn, it.hook.now.unseen]).toEqual([false, 0])
  it.grows(7)
  expect([it.top(), it.hook.now.unseen]).toEqual([400, 7])
})

test('its own scrolling down is not the reader’s', () => {
  const it = log(50)
  it.scrolls(900)
  it.grows(10)
  it.scrolls(1_100)
  expect(it.hook.now.isOn).toBe(true)
})

test('a pixel up is the browser rounding, not a person', () => {
  const it = log(50)
  it.scrolls(900)
  it.scrolls(899)
  expect(it.hook.now.isOn).toBe(true)
})

test('goes on from the end when it is asked to', () => {
  const it = log(50)
  done(it.hook.now.stop)
  it.grows(7)
  expect(it.hook.now.unseen).toBe(7)
  done(it.hook.now.start)
  expect([it.isAtEnd(), it.hook.now.unseen, it.hook.now.isOn]).toEqual([true, 0, true])
})

/** Somebody scrolled up from the end of a log that is followed. */
function readUpwards() {
  const it = log(50)
  it.scrolls(900)
  it.scrolls(400)
  return it
}

test('what was scrolled to is seen, and following does not begin by it', () => {
  const it = readUpwards()
  it.grows(7)
  it.scrolls(1_040)
  expect([it.hook.now.unseen, it.hook.now.isOn]).toEqual([0, false])
  it.grows(2)
  expect([it.hook.now.unseen, it.isAtEnd()]).toEqual([2, false])
})

test('scrolling down, but not to the end, leaves what came unseen', () => {
  const it = readUpwards()
  it.grows(20)
  it.scrolls(1_000)
  expect(it.hook.now.unseen).toBe(20)
})

test('a log of the past is not followed until it begins to run', () => {
  const it = log(50, false)
  expect([it.hook.now.isOn, it.top()]).toEqual([false, 0])
  it.goesLive()
  expect([it.hook.now.isOn, it.isAtEnd()]).toEqual([true, true])
})

test('a list that becomes shorter counts nothing as unseen', () => {
  const it = log(50, false)
  it.grows(-30)
  expect(it.hook.now.unseen).toBe(0)
})
