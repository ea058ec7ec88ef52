/** Says whether a text from outside has a place of its own among the labels. */
export type HasPlace = (text: string) => boolean

/** What is counted under what has no place of its own. */
export const otherLabel = 'other'

const sightingsNeeded = 3
const maxCandidates = 1024

/**
 * Creates `max` places for texts.
 *
 * A text gets a place when it is first seen, and keeps it: a counter must not shrink. The second half of
 * the places is for what is seen three times, so that names that are made up for each request do not take
 * all of them.
 */
export function createPlaces(max: number): HasPlace {
  const places = new Set<string>()
  let candidates = new Map<string, number>()
  return (text) => {
    if (places.has(text)) return true
    if (places.size >= max) return false
    const sightings = (candidates.get(text) ?? 0) + 1
    if (places.size >= max / 2 && sightings < sightingsNeeded) {
      if (candidates.size >= maxCandidates) candidates = new Map()
      candidates.set(text, sightings)
      return false
    }
    candidates.delete(text)
    places.add(text)
    return true
  }
}

const maxLength = 128

/** A text as a label value: not too long, and valid UTF-8. */
export function labelValue(text: string): string {
  return text.length <= maxLength
    ? text.toWellFormed()
    : `${text.slice(0, maxLength).toWellFormed()}…`
}
