import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
} from '@mantine/core';
import { texts } from './texts/general.ts';

/** Deep teal, the one accent. 7 is used on light ground, 4 on dark. */
const sea: MantineColorsTuple = [
  '#e9f6f4',
  '#dff1ef',
  '#b9e1dc',
  '#7cc7be',
  '#2fb3a5',
  '#1f9a8d',
  '#128578',
  '#0b7a70',
  '#086259',
  '#064c45',
];

/** Slate for all that is no state. */
const slate: MantineColorsTuple = [
  '#f7f8fa',
  '#eef1f4',
  '#e3e8ed',
  '#d0d7de',
  '#a4afba',
  '#7b8794',
  '#5d6976',
  '#434e59',
  '#29333c',
  '#141b21',
];

/** Mantine's own order for dark ground: text first, deepest ground last. */
const night: MantineColorsTuple = [
  '#e3e9ee',
  '#c2ccd4',
  '#93a0ab',
  '#73808b',
  '#34414b',
  '#2a353e',
  '#1e272e',
  '#161e24',
  '#0f161b',
  '#0a1014',
];

export const theme = createTheme({
  primaryColor: 'sea',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  // The library picks a button's text for the light shade of its colour alone; on the dark one white is too faint.
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    const isPrimary = input.color === undefined || input.color === input.theme.primaryColor;
    return input.variant === 'filled' && isPrimary
      ? { ...colors, color: 'var(--mantine-primary-color-contrast)' }
      : colors;
  },
  colors: { sea, gray: slate, dark: night },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '28px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '8px', xl: '8px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '20px', lineHeight: '28px' }, h2: { fontSize: '16px', lineHeight: '24px' } },
  },
  components: {
    // A word that is cut says something else: what is around a button gives way to it.
    Button: {
      defaultProps: { size: 'xs', variant: 'default' },
      styles: { root: { flexShrink: 0, maxWidth: '100%' } },
    },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: false, transitionProps: { duration: 100 } } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': texts.close } } },
    Modal: {
      defaultProps: {
        transitionProps: { duration: 150 },
        centered: true,
        closeButtonProps: { 'aria-label': texts.close },
        overlayProps: { backgroundOpacity: 0.4 },
      },
      styles: {
        title: { fontSize: 16, fontWeight: 650, overflowWrap: 'anywhere' },
        header: { backgroundColor: 'var(--rp-card)' },
        content: { backgroundColor: 'var(--rp-card)' },
      },
    },
    Menu: {
      defaultProps: {
        transitionProps: { duration: 100 },
        position: 'bottom-end',
        shadow: 'md',
        // Within the page's landmark, and with nothing to be focused that is no item: as axe wants it.
        portalProps: { target: 'main' },
        withInitialFocusPlaceholder: false,
      },
    },
    Badge: { defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 500, size: 'md' } },
    SegmentedControl: { styles: { label: { paddingInline: 10 } } },
    TextInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm' } },
  },
});

/**
 * What the page's own styles use beside Mantine's variables: ground, a card's ground, lines, and texts whose contrast is
 * 4.5 to 1 or more on both.
 */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--rp-ground': '#f7f8fa',
    '--rp-card': '#ffffff',
    '--rp-line': '#e3e8ed',
    '--rp-sunken': '#eef1f4',
    '--rp-text': '#141b21',
    '--rp-quiet': '#5a6672',
    '--rp-accent': '#0b7a70',
    '--rp-accent-soft': '#e6f4f2',
    '--rp-good': '#15803d',
    '--rp-good-soft': '#e3f4e8',
    '--rp-warn': '#92570a',
    '--rp-warn-soft': '#fdf1dc',
    '--rp-bad': '#b42323',
    '--rp-bad-soft': '#fde8e8',
    '--mantine-color-body': '#f7f8fa',
    '--mantine-color-dimmed': '#5a6672',
    '--mantine-color-placeholder': '#6b7682',
    '--mantine-color-default-border': '#d0d7de',
  },
  dark: {
    '--rp-ground': '#0f161b',
    '--rp-card': '#161e24',
    '--rp-line': '#25303a',
    '--rp-sunken': '#0f161b',
    '--rp-text': '#e3e9ee',
    '--rp-quiet': '#93a0ab',
    '--rp-accent': '#2fb3a5',
    '--rp-accent-soft': '#13332f',
    '--rp-good': '#4ac886',
    '--rp-good-soft': '#12301f',
    '--rp-warn': '#eda63c',
    '--rp-warn-soft': '#3a2a10',
    '--rp-bad': '#f47c7c',
    '--rp-bad-soft': '#3d1a1c',
    '--mantine-color-body': '#0f161b',
    '--mantine-color-dimmed': '#93a0ab',
    '--mantine-color-placeholder': '#8592a0',
    '--mantine-color-default-border': '#34414b',
  },
});
