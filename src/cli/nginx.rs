//! `revserve nginx`: the proxy configuration for a site.

use super::args::NginxOptions;
use super::open::settle;
use super::say::say;
use crate::asset::url::Mount;
use crate::serve::listen::Address;
use crate::serve::nginx::Proxy;

pub fn run(options: NginxOptions) -> anyhow::Result<()> {
    let opened = settle(&options.site, &options.listen, None)?;
    let mount = Mount::of_wwwroot(&opened.settings.place.wwwroot);
    let addresses: Vec<Address> =
        opened.settings.listen.addresses.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
    say!(
        "{}",
        Proxy { mount: &mount, addresses: &addresses, fallback: &options.php, live: options.live }.whole().trim_end()
    );
    Ok(())
}
