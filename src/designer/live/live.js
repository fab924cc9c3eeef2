// Keeps a page up to date with its sources. One worker for all tabs of a browser holds the one stream.
(() => {
    const script = typeof document == 'undefined' ? location.href : document.currentScript.src;
    const listen = tell => {
        let opened = 0;
        const stream = new EventSource(script.replace(/live\.js.*/, 'live'));
        // What changed while there was no stream nobody knows.
        stream.onopen = () => opened++ && tell({all: 1});
        stream.onmessage = event => tell(JSON.parse(event.data));
    };
    if (typeof document == 'undefined') {
        const ports = [];
        let overlay = '';
        listen(message => {
            overlay = message.overlay ?? overlay;
            ports.forEach(port => port.postMessage(message));
        });
        onconnect = ({ports: [port]}) => {
            ports.push(port);
            port.postMessage({overlay});
        };
        return;
    }
    let count = 0, box;
    const plain = url => url.replace(/[?&]live=\d+$/, '');
    const fresh = url => (url = plain(url), url + (url.includes('?') ? '&' : '?') + 'live=' + ++count);
    const target = url => plain(url).replace(location.origin, '');
    // Pictures and fonts that style sheets name: their rules are put in anew.
    const renew = (holder, urls) => {
        for (let i = 0; i < holder.cssRules.length; i++) {
            const rule = holder.cssRules[i], text = rule.cssText;
            const url = urls.find(url => text.includes(url));
            if (rule.cssRules?.length) {
                renew(rule, urls);
            } else if (url) {
                holder.deleteRule(i);
                holder.insertRule(text.replace(/url\("([^"]*)"\)/g, (all, own) => target(own) == url ? `url("${fresh(own)}")` : all), i);
            }
        }
    };
    const hide = () => box = box?.remove();
    addEventListener('keydown', event => event.key == 'Escape' && hide());
    const apply = ({all, css = [], files = [], reload, overlay}) => {
        if (reload) {
            return location.reload();
        }
        for (const link of document.querySelectorAll('link[rel=stylesheet]')) {
            if ((all || css.includes(target(link.href))) && link.href.startsWith(location.origin)) {
                const next = link.cloneNode();
                next.href = fresh(link.href);
                next.onload = next.onerror = () => link.remove();
                link.after(next);
            }
        }
        for (const image of document.images) {
            if (files.includes(target(image.src))) {
                image.src = fresh(image.src);
            }
        }
        for (const sheet of files.length ? document.styleSheets : []) {
            try {
                renew(sheet, files);
            } catch { /* of another origin */ }
        }
        if (overlay != null) {
            hide();
            if (overlay) {
                box = document.createElement('revserve-overlay');
                const root = box.attachShadow({mode: 'open'});
                root.innerHTML = overlay;
                root.querySelector('button').onclick = hide;
                document.documentElement.append(box);
            }
        }
    };
    if (window.SharedWorker) {
        new SharedWorker(script).port.onmessage = event => apply(event.data);
    } else {
        listen(apply);
    }
})();
