/** Base64 turns three bytes into four characters; mail and SES count it so. */
export function encodedSize(bytes: number): number {
  return Math.ceil(bytes / 3) * 4
}

/** SES refuses or drops these (Amazon SES developer guide, "Unsupported attachment types"). */
const REFUSED = new Set(
  `ade adp app asp bas bat cer chm cmd com cpl crt csh der exe fxp gadget hlp hta inf ins isp its js
  jse ksh lib lnk mad maf mag mam maq mar mas mat mau mav maw mda mdb mde mdt mdw mdz msc msh msh1
  msh2 mshxml msh1xml msh2xml msi msp mst ops pcd pif plg prf prg reg scf scr sct shb shs sys ps1
  ps1xml ps2 ps2xml psc1 psc2 tmp url vb vbe vbs vps vsmacros vss vst vsw vxd ws wsc wsf wsh xnk`.split(
    /\s+/,
  ),
)

/** Whether SES would refuse a file of this name. Trailing dots and spaces hide an extension from people, not from Windows. */
export function isRefusedFilename(filename: string): boolean {
  const name = filename.toLowerCase().replace(/[. ]+$/, '')
  return REFUSED.has(name.slice(name.lastIndexOf('.') + 1)) && name.includes('.')
}
