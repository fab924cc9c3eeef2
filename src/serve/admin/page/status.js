// Keeps the parts of the page that follow by themselves up to date; the page needs none of it.
(() => {
    const note = document.getElementById('follow');
    const words = document.createElement('span');
    const pause = document.createElement('button');
    pause.type = 'button';
    pause.textContent = 'Pause';
    pause.setAttribute('aria-pressed', 'false');
    words.setAttribute('role', 'status');
    note.replaceChildren(words, ' ', pause);
    let paused = false;
    const say = text => {
        if (words.textContent !== text) {
            words.textContent = text;
        }
    };
    const take = html => {
        const fresh = new DOMParser().parseFromString(html, 'text/html');
        for (const next of fresh.querySelectorAll('[data-live]')) {
            const old = document.getElementById(next.id);
            // What reads the same stays, with whatever somebody selected in it.
            if (old && old.innerHTML !== next.innerHTML) {
                old.replaceChildren(...next.childNodes);
            }
        }
    };
    const look = async () => {
        if (!paused && !document.hidden) {
            try {
                const answer = await fetch('live', {cache: 'no-store'});
                if (!answer.ok) {
                    throw new Error(answer.status);
                }
                take(await answer.text());
                say('Node, builds and warnings follow by themselves.');
            } catch {
                say('revserve does not answer; this is what it said last.');
            }
        }
        setTimeout(look, 1000);
    };
    pause.onclick = () => {
        paused = !paused;
        pause.setAttribute('aria-pressed', String(paused));
        if (paused) {
            say('Paused.');
        }
    };
    look();
})();
