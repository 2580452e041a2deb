import { Anchor, createTheme, type CSSVariablesResolver } from '@mantine/core';

/** The library's own grey has 3.3:1 on white. */
export const readableColours: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c636a',
    '--mantine-color-placeholder': '#6b7178',
    '--mantine-color-anchor': '#2f44b5',
  },
  dark: {
    '--mantine-color-dimmed': '#a6a7ab',
    '--mantine-color-placeholder': '#9a9ca1',
    '--mantine-color-anchor': '#a5b8ff',
  },
});

/** Contrast over colour: text on a filled button, and links, reach 4.5:1 (WCAG 2.2, 1.4.3) in both schemes. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 8 },
  // a link in a text is told by more than its colour (WCAG 1.4.1)
  components: { Anchor: Anchor.extend({ defaultProps: { underline: 'always' } }) },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  defaultRadius: 'sm',
  cursorType: 'pointer',
});
