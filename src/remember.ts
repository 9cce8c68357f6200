/** Returns a function that computes the answer for each key once. */
export function remember<Key, Answer>(find: (key: Key) => Answer): (key: Key) => Answer {
  const known = new Map<Key, { readonly answer: Answer }>();
  return key => {
    const before = known.get(key);
    if (before !== undefined) return before.answer;
    const answer = find(key);
    known.set(key, { answer });
    return answer;
  };
}
