/**
 * May this pattern take exponential time? The shape that does is a repetition around a repetition, `(a+)*`: when the
 * rest fails, each way to share the text between the two is tried. A group led by a character that its own repetition
 * cannot eat (`(?:_[a-z]+)*`) can be shared in one way only and is allowed.
 */
export const nestedRepetition = (pattern: string): boolean => {
  const groups: { repeats: boolean; start: number }[] = [{ repeats: false, start: 0 }]
  let last: { repeats: boolean; body: string } = { repeats: false, body: '' }
  for (let at = 0; at < pattern.length; at += 1) {
    const c = pattern[at]!
    if (c === '\\') {
      at += /^[pP]\{/.test(pattern.slice(at + 1)) ? pattern.indexOf('}', at) - at : 1
      last = { repeats: false, body: '' }
    } else if (c === '[') {
      for (at += 1; pattern[at] !== ']'; at += 1) if (pattern[at] === '\\') at += 1
      last = { repeats: false, body: '' }
    } else if (c === '(') {
      groups.push({ repeats: false, start: at + 1 })
    } else if (c === ')') {
      const group = groups.pop()!
      last = { repeats: group.repeats, body: pattern.slice(group.start, at) }
      if (group.repeats) groups.at(-1)!.repeats = true
    } else if (c === '*' || c === '+' || (c === '{' && /^\{\d+,\}/.test(pattern.slice(at)))) {
      if (last.repeats && !isSeparated(last.body)) return true
      groups.at(-1)!.repeats = true
    } else last = { repeats: false, body: '' }
  }
  return false
}

/** `?:` then one fixed character (not a class), then one class repeated which lacks that character. */
const isSeparated = (body: string): boolean => {
  const shape = /^(?:\?:)?(\\?[^\\[\]()|.*+?])(\[(?:[^\]\\]|\\.)+\])[*+]$/.exec(body)
  return shape !== null && !new RegExp(shape[2]!, 'u').test(shape[1]!.at(-1)!)
}
