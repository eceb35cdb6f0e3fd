// Runs inside a page of another origin: the ways in which it can try to reach a server of ours.

/**
 * Attacks one URL in one way. Resolves to `nothing`, or to a text that says what the page could read or run.
 */
globalThis.attack = async (vector, target) => {
  const within = (promise, fallback) =>
    Promise.race([promise, new Promise((resolve) => setTimeout(() => resolve(fallback), 1500))]);
  const loaded = (element) =>
    within(
      new Promise((resolve) => {
        element.onload = () => resolve('loaded');
        element.onerror = () => resolve('nothing');
        document.body.append(element);
      }),
      'nothing',
    );
  switch (vector) {
    case 'read': {
      const plain = fetch(target).then(
        (answer) => (answer.ok ? 'read' : 'nothing'),
        () => 'nothing',
      );
      // Opaque: what it was is not told to the page; the test looks at the status from outside.
      await fetch(target, { mode: 'no-cors', credentials: 'include' }).catch(() => null);
      return plain;
    }
    case 'post': {
      const typed = (type, mode) =>
        fetch(target, { method: 'POST', mode, headers: { 'Content-Type': type }, body: '{"code":"x"}' }).then(
          (answer) => (answer.ok ? `posted ${type}` : 'nothing'),
          () => 'nothing',
        );
      const results = [await typed('application/json', 'cors'), await typed('text/plain', 'no-cors')];
      navigator.sendBeacon(target, '{"code":"x"}');
      return results.find((result) => result !== 'nothing') ?? 'nothing';
    }
    case 'form': {
      const frame = document.createElement('iframe');
      frame.name = 'answer';
      document.body.append(frame);
      const form = document.createElement('form');
      Object.assign(form, { method: 'POST', action: target, target: 'answer', enctype: 'text/plain' });
      const input = document.createElement('input');
      Object.assign(input, { name: '{"code":"x","a":"', value: '"}' });
      form.append(input);
      document.body.append(form);
      form.submit();
      await new Promise((resolve) => setTimeout(resolve, 300));
      return 'nothing';
    }
    case 'script': {
      const script = document.createElement('script');
      script.src = target;
      const plain = await loaded(script);
      const module = document.createElement('script');
      module.type = 'module';
      module.src = target;
      const link = document.createElement('link');
      Object.assign(link, { rel: 'stylesheet', href: target });
      const others = [await loaded(module), await loaded(link)];
      return [plain, ...others].includes('loaded') ? 'script or style ran' : 'nothing';
    }
    case 'frame': {
      const frame = document.createElement('iframe');
      frame.src = target;
      await loaded(frame);
      // An error page of the browser has no document that can be read either; its length of frames is 0 in both cases.
      try {
        return (frame.contentDocument?.body?.textContent ?? '') === '' ? 'nothing' : 'framed';
      } catch {
        return 'nothing';
      }
    }
    case 'socket': {
      const socket = new WebSocket(target.replace(/^http/, 'ws'));
      return within(
        new Promise((resolve) => {
          socket.onopen = () => resolve('connected');
          socket.onerror = () => resolve('nothing');
        }),
        'nothing',
      );
    }
  }
};
