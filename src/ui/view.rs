//! The whole page, from Data to Verdict.

use super::{
    address,
    alert::Alerts,
    bench_panel::BenchPanel,
    bias::BiasPanel,
    confusion::ConfusionPanel,
    dark_knowledge::DarkKnowledge,
    data_panel::{Data, Teacher},
    draw::DrawPanel,
    header::Header,
    help::Helping,
    later::Later,
    lesson::{AllLessons, LessonPanel},
    loss_now::LossNow,
    offline::NewVersion,
    page::Page,
    regions::RegionsPanel,
    results::ResultsPanel,
    runs_panel::RunsPanel,
    saves::Saves,
    settings::MoreSettings,
    shortcuts,
    soft_labels::SoftLabels,
    students::Students,
    sweep_panel::SweepPanel,
    term::Explanations,
    texts::TextsPanel,
    theme,
    tour::{Offer, Tour, TourCard},
    transfer::TransferPanel,
    transport::{Buttons, Progress},
    verdict::VerdictPanel,
    words,
};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;

/// Mounts the page on the document's body, in place of the static first paint.
pub fn mount() {
    console_error_panic_hook::set_once();
    theme::recall();
    // In a task of its own: the browser has just been busy with starting the program.
    Timeout::new(0, || {
        let first_paint = web_sys::window().and_then(|w| w.document()).and_then(|d| d.get_element_by_id("first-paint"));
        if let Some(first_paint) = first_paint {
            first_paint.remove();
        }
        leptos::mount::mount_to_body(App);
    })
    .forget();
}

#[component]
fn App() -> impl IntoView {
    let page = Page::open();
    address::listen(page);
    let (help, tour) = (Helping::new(), Tour::new(page));
    shortcuts::listen(page, help);
    let examples = page.examples();
    let transfer = page.transfer();
    let intro = page.setting(move |c| words::intro(c, examples.get(), transfer.get()));
    view! {
        <div class="wrap">
            <Header help tour />
            <main>
                <section class="intro">
                    <div>
                        <h1>"A small model can learn more from a large one’s doubts than from the right answers."</h1>
                        <p>{intro}</p>
                        <Offer tour />
                        {move || page.playing.with(|p| p.is_none()).then(|| view! { <AllLessons /> })}
                    </div>
                </section>
                <div class="transport p-train">
                    <Buttons />
                    <Progress />
                </div>
                <Alerts />
                <NewVersion />
                <LessonPanel />
                <div class="grid">
                    <div class="column">
                        <Later turn=0><Data /></Later>
                        <Later turn=1><Teacher /></Later>
                    </div>
                    <Later turn=2><SoftLabels /></Later>
                    <Later turn=3><Students /></Later>
                    <div class="half">
                        <Later turn=4><VerdictPanel /></Later>
                        <Later turn=6><Saves /></Later>
                    </div>
                    <div class="half wide">
                        <Later turn=5><ResultsPanel /></Later>
                        <Later turn=7>
                            <BiasPanel />
                            <DrawPanel />
                            <RegionsPanel />
                            <TextsPanel />
                        </Later>
                    </div>
                    <Later turn=8><TransferPanel /></Later>
                    <Later turn=9><DarkKnowledge /></Later>
                    <Later turn=10><ConfusionPanel /></Later>
                    <Later turn=11><LossNow /></Later>
                    <Later turn=12><SweepPanel /></Later>
                    <Later turn=13><RunsPanel /></Later>
                    <Later turn=14><MoreSettings /></Later>
                    <Later turn=15><BenchPanel /></Later>
                </div>
                <Later turn=16><Explanations /></Later>
            </main>
            <footer>
                <p>
                    "Everything here is trained in this tab: nothing is canned, nothing is sent anywhere. Fashion-MNIST by Zalando Research (MIT licence); MNIST by LeCun and Cortes (CC BY-SA 3.0); first names from the US Census of 1990 (public domain). Distillation after Hinton, Vinyals and Dean (2015)."
                </p>
            </footer>
            <p class="whole">
                <a target="_blank" rel="noopener" href=move || { page.config.track(); address::link(&page.whole()) }>"Softlabel: open the whole page"</a>
            </p>
            <TourCard tour />
        </div>
    }
}
