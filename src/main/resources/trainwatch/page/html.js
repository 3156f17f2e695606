// Preact and htm come as scripts that set globals; all of the page takes them from here.
const { h, render, Fragment } = window.preact;
export const { useState, useEffect, useRef, useMemo, useCallback, useLayoutEffect } = window.preactHooks;
export const html = window.htm.bind(h);
export { render, Fragment };
