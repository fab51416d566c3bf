// The frame around every screen: connection, clock, banners, navigation, dialogs.
import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { ErrorBoundary, LocationProvider, Route, Router, useLocation } from "preact-iso";
import icon from "./icon.svg";
import { ClockReading } from "./parts/clock-reading.tsx";
import { Confirm } from "./parts/dialog.tsx";
import { Badge, Icon } from "./parts/icons.tsx";
import { onKeys } from "./parts/keys.ts";
import { Palette, ShortcutHelp } from "./parts/palette.tsx";
import { keepFocus, keepScroll } from "./parts/places.ts";
import { Empty, Screen } from "./parts/screen.tsx";
import { SessionMenu, ThemeSwitch } from "./parts/session-menu.tsx";
import { shownTitle, tabTitle } from "./parts/title.ts";
import { useClock } from "./parts/values.tsx";
import { OrderScreen } from "./screens/order.tsx";
import { screens } from "./screens.ts";
import { openedFile } from "./state/file.ts";
import { deadLetterCount, session } from "./state/store.ts";

export function App() {
  useClock();
  const isHelpOpen = useSignal(false);
  const isPaletteOpen = useSignal(false);
  // Before any screen's effect, so that a screen's own keys are asked first.
  useLayoutEffect(
    () =>
      onKeys({
        "?": () => {
          isHelpOpen.value = true;
        },
        "ctrl+k": () => {
          isPaletteOpen.value = !isPaletteOpen.value;
        },
        "/": () => document.querySelector<HTMLInputElement>("[data-search]")?.focus(),
        Escape: () => (document.activeElement as HTMLElement | null)?.blur(),
      }),
    [],
  );
  return (
    <LocationProvider>
      <div class="frame">
        <a class="skip button" href="#main">
          Skip to the screen
        </a>
        <Top onPalette={() => (isPaletteOpen.value = true)} onHelp={() => (isHelpOpen.value = true)} />
        <Banners />
        <Navigation />
        <main class="main" id="main">
          <ErrorBoundary>
            <Router>
              {screens.map(({ path, component }) => (
                <Route key={path} path={path} component={component} />
              ))}
              <Route path="/" component={screens[0]?.component ?? NotFound} />
              <Route path="/console/orders/:orderId" component={OrderScreen} />
              <Route default component={NotFound} />
            </Router>
          </ErrorBoundary>
        </main>
      </div>
      {isHelpOpen.value && <ShortcutHelp onClose={() => (isHelpOpen.value = false)} />}
      {isPaletteOpen.value && <Palette onClose={() => (isPaletteOpen.value = false)} />}
      <Confirm />
      <Shortcuts />
      <Places />
    </LocationProvider>
  );
}

/** `g` and a letter; inside the router, whose location it changes. */
function Shortcuts() {
  const { route } = useLocation();
  useEffect(
    () => onKeys(Object.fromEntries(screens.map(({ letter, path }) => [`g ${letter}`, () => route(path)]))),
    [],
  );
  return null;
}

/** Inside the router, whose location it follows. */
function Places() {
  const { path } = useLocation();
  const scroll = useRef<ReturnType<typeof keepScroll>>(undefined);
  useLayoutEffect(() => {
    scroll.current = keepScroll();
    const endFocus = keepFocus();
    return () => {
      scroll.current?.end();
      endFocus();
    };
  }, []);
  useLayoutEffect(() => scroll.current?.opened(), [path]);
  return null;
}

function Top({ onPalette, onHelp }: { onPalette: () => void; onHelp: () => void }) {
  return (
    <div class="top" role="banner">
      <a class="brand" href="/">
        <img src={icon} width="22" height="22" alt="" />
        Order saga
      </a>
      <ConnectionBadge />
      <span class="grow" />
      <ClockReading />
      <button type="button" class="bare" onClick={onPalette} title="Go to a screen or an order">
        <Icon name="search" /> <span class="quiet">Go to</span> <kbd>Ctrl K</kbd>
      </button>
      <SessionMenu />
      <ThemeSwitch />
      <button type="button" class="bare" onClick={onHelp} aria-label="Keyboard shortcuts">
        <kbd>?</kbd>
      </button>
    </div>
  );
}

function ConnectionBadge() {
  const said = {
    connecting: { tone: "busy", words: "Connecting" },
    live: { tone: "ok", words: "Live" },
    lost: { tone: "bad", words: "Disconnected" },
    file: { tone: "idle", words: "Session file" },
  } as const;
  const { tone, words } = said[session.connection.value];
  return (
    <span role="status" data-connection={session.connection.value}>
      <Badge tone={tone}>{words}</Badge>
    </span>
  );
}

function Banners() {
  const faults = session.faults.value.faults.filter(({ left }) => left !== 0);
  const file = openedFile.value;
  const isLost = session.connection.value === "lost" || session.refusal.value !== undefined;
  if (!isLost && !file && faults.length === 0) return <div class="banner" hidden />;
  return (
    <div class={`banner ${isLost ? "bad" : file ? "info" : "warn"}`} role="alert">
      {isLost && (
        <span>
          <strong>Disconnected.</strong> What you see is what was last heard.{" "}
          {session.refusal.value ?? (
            <>
              Is <code>pnpm start</code> running? The page connects again by itself.
            </>
          )}
        </span>
      )}
      {file && (
        <span>
          <strong>{file.name}</strong>, exported {file.exportedAt}. Nothing here is live.
        </span>
      )}
      {!isLost && !file && (
        <span>
          <FaultsOn words={faults.map(({ words }) => words)} />
        </span>
      )}
    </div>
  );
}

/** A line or two, however many there are: the rest is on their screen. */
const MOST_IN_WORDS = 2;

function FaultsOn({ words }: { words: readonly string[] }) {
  const hidden = words.length - MOST_IN_WORDS;
  return (
    <>
      <strong>{words.length === 1 ? "A fault is on:" : `${words.length} faults are on:`}</strong>{" "}
      <span class="words">
        {words.slice(0, MOST_IN_WORDS).join("; ")}
        {hidden > 0 && `; and ${hidden} more`}.
      </span>{" "}
      <a href="/console/faults">Faults and clock</a>
    </>
  );
}

function Navigation() {
  const { path } = useLocation();
  const dead = useComputed(() => deadLetterCount(session));
  const violated = useComputed(
    () => session.accounts.value.invariants.filter(({ state }) => state === "violated").length,
  );
  const open = useComputed(() => session.counts.value.open);
  useSignalEffect(() => {
    document.title = tabTitle(shownTitle.value, dead.value);
  });
  const list = useRef<HTMLUListElement>(null);
  // On a phone the list is one line, which scrolls.
  useLayoutEffect(
    () =>
      list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" }),
    [path, dead.value, violated.value, open.value],
  );
  const counts: Record<string, { count: number; what: string; isBad: boolean }> = {
    failures: { count: dead.value, what: "dead letters", isBad: true },
    accounts: { count: violated.value, what: "violated invariants", isBad: true },
    orders: { count: open.value, what: "open orders", isBad: false },
  };
  return (
    <nav class="side" aria-label="Screens">
      <ul ref={list}>
        {screens.map((screen, index) => {
          const isHere = path.startsWith(screen.path) || (path === "/" && index === 0);
          const said = counts[screen.id];
          return (
            <li key={screen.id}>
              <a href={screen.path} aria-current={isHere ? "page" : undefined} title={`g ${screen.letter}`}>
                <Icon name={screen.icon} />
                {screen.title}
                {said && said.count > 0 && (
                  <span class={said.isBad ? "count bad" : "count"} data-count={screen.id}>
                    {said.count}
                    <span class="visually-hidden"> {said.what}</span>
                  </span>
                )}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function NotFound() {
  return (
    <Screen title="Nothing here">
      <Empty title="There is no such page">
        Take one from the navigation, or press <kbd>Ctrl K</kbd> and type what you look for.
      </Empty>
    </Screen>
  );
}
