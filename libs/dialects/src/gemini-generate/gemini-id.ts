/** Name of this dialect. */
export const GEMINI_DIALECT_ID = 'gemini-generate';

/** Vendor of signatures and files that come in this dialect's own fields. */
export const VENDOR = 'google';
