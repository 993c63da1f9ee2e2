//! A real browser, driven over its DevTools protocol: it looks, types and clicks, and tells what it was asked for.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::process::Running;
use crate::scratch::Scratch;

/// How long an answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A headless Chromium with one tab.
pub struct Browser {
    process: Running,
    answers: Receiver<Value>,
    events: Vec<Value>,
    last: u64,
    session: Option<String>,
    _scratch: Scratch,
}

impl Browser {
    pub fn new() -> Self {
        let scratch = Scratch::new();
        let mut command = Command::new("sh");
        // The protocol's pipes are the descriptors 3 and 4.
        command.args(["-c", "exec chromium \"$@\" 3<&0 4>&1 2>/dev/null", "chromium"]);
        command.args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]);
        // Nothing is reached; what a page asks for is noted all the same.
        command.args(["--remote-debugging-pipe", "--host-resolver-rules=MAP * ~NOTFOUND"]);
        command.arg(format!("--user-data-dir={}", scratch.path("profile").display()));
        let mut process = Running::start(command.stdin(Stdio::piped()).stdout(Stdio::piped()));
        let output = BufReader::new(process.stdout.take().expect("a pipe"));
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            for message in output.split(0) {
                let message = message.ok().and_then(|message| serde_json::from_slice(&message).ok());
                if message.is_none_or(|message| sender.send(message).is_err()) {
                    break;
                }
            }
        });
        let mut browser = Browser { process, answers, events: Vec::new(), last: 0, session: None, _scratch: scratch };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}))["targetId"].clone();
        let attached = browser.call("Target.attachToTarget", json!({"targetId": target, "flatten": true}));
        browser.session = attached["sessionId"].as_str().map(str::to_string);
        for domain in ["Page", "Runtime", "Network", "Log", "Accessibility"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser
    }

    /// Calls a method of the protocol and waits for its result.
    pub fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": parameters});
        if let Some(session) = self.session.as_ref().filter(|_| !method.starts_with("Target.")) {
            message["sessionId"] = session.as_str().into();
        }
        let input = self.process.stdin.as_mut().expect("a pipe");
        input.write_all(format!("{message}\0").as_bytes()).and_then(|()| input.flush()).expect("a browser that reads");
        loop {
            let answer = self.next();
            if answer["id"] == self.last {
                assert!(answer.get("error").is_none(), "{method}: {answer}");
                return answer["result"].clone();
            }
            self.events.push(answer);
        }
    }

    fn next(&self) -> Value {
        self.answers.recv_timeout(PATIENCE).expect("a browser that answers")
    }

    /// Opens an address in a window of this width, light or dark, and forgets what earlier pages did.
    pub fn open(&mut self, address: &str, width: u32, scheme: &str) {
        let metrics = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", metrics);
        let feature = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.call("Emulation.setEmulatedMedia", json!({"features": feature}));
        self.events.clear();
        self.call("Page.navigate", json!({"url": address}));
        self.wait_for_load();
    }

    /// Waits until a page that is being opened is there.
    pub fn wait_for_load(&mut self) {
        while !self.events.iter().any(|event| event["method"] == "Page.loadEventFired") {
            let event = self.next();
            self.events.push(event);
        }
    }

    /// The value of an expression on the page.
    pub fn evaluate(&mut self, expression: &str) -> Value {
        let question = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.call("Runtime.evaluate", question);
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// The processor time that the page's process has used so far, in all its threads.
    pub fn processor_seconds(&mut self) -> f64 {
        self.call("Performance.enable", json!({}));
        let metrics = self.call("Performance.getMetrics", json!({}))["metrics"].clone();
        let time = metrics.as_array().and_then(|metrics| metrics.iter().find(|metric| metric["name"] == "ProcessTime"));
        time.and_then(|metric| metric["value"].as_f64()).expect("the time of the process")
    }

    /// Waits until the page has done what it put off; timers go off in the order in which they were set.
    pub fn settle(&mut self) {
        self.evaluate("new Promise((done) => setTimeout(() => setTimeout(done)))");
    }

    /// The text of an expression on the page.
    pub fn text(&mut self, expression: &str) -> String {
        self.evaluate(expression).as_str().unwrap_or_default().to_string()
    }

    /// Presses a key: its name, its code, and the text that it types.
    pub fn press(&mut self, key: &str, code: u32, text: Option<&str>) {
        let kind = if text.is_some() { "keyDown" } else { "rawKeyDown" };
        let mut down = json!({"type": kind, "key": key, "windowsVirtualKeyCode": code});
        if let Some(text) = text {
            down["text"] = text.into();
        }
        self.call("Input.dispatchKeyEvent", down);
        self.call("Input.dispatchKeyEvent", json!({"type": "keyUp", "key": key, "windowsVirtualKeyCode": code}));
    }

    /// Types text where the focus is.
    pub fn write(&mut self, text: &str) {
        for c in text.chars() {
            self.press(&c.to_string(), c.to_ascii_uppercase() as u32, Some(&c.to_string()));
        }
    }

    /// Clicks in the middle of the first element that a selector finds.
    pub fn click(&mut self, selector: &str) {
        let place = self.evaluate(&format!(
            "(() => {{ const e = document.querySelector({selector:?}); e.scrollIntoView({{block: 'center'}}); \
             const r = e.getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2]; }})()"
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", event);
        }
    }

    /// Clicks on a link and waits for the page that it leads to; nothing is asked of a page that is on its way out.
    pub fn follow(&mut self, selector: &str) {
        self.events.retain(|event| event["method"] != "Page.loadEventFired");
        self.click(selector);
        self.wait_for_load();
    }

    /// What was said on the console, thrown, or logged since the page was opened.
    pub fn noise(&self) -> Vec<String> {
        let is_noise = |event: &&Value| {
            ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"]
                .contains(&event["method"].as_str().unwrap_or_default())
        };
        self.events.iter().filter(is_noise).map(Value::to_string).collect()
    }

    /// The addresses that were asked for since the page was opened.
    pub fn requests(&self) -> Vec<String> {
        let sent = self.events.iter().filter(|event| event["method"] == "Network.requestWillBeSent");
        sent.filter_map(|event| event["params"]["request"]["url"].as_str()).map(str::to_string).collect()
    }

    /// The nodes of the page that assistive technology is told of, as role and name.
    pub fn accessible(&mut self) -> Vec<(String, String)> {
        let tree = self.call("Accessibility.getFullAXTree", json!({}));
        let nodes = tree["nodes"].as_array().cloned().unwrap_or_default();
        let told = nodes.iter().filter(|node| node["ignored"] != true);
        let value = |node: &Value, key: &str| node[key]["value"].as_str().unwrap_or_default().to_string();
        told.map(|node| (value(node, "role"), value(node, "name"))).collect()
    }
}
