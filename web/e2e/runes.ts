/** Some phrases count in the page's language, which is a rune there. Outside of the page it is what it is given. */
Object.assign(globalThis, { $state: <T>(value: T): T => value });
