/** Any text that is not empty. */
export const someText: unknown = expect.stringMatching(/./);
